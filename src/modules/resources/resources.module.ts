import { Module } from '@nestjs/common';
import { DescriptionsController } from './descriptions/descriptions.controller.js';
import { DescriptionsService } from './descriptions/descriptions.service.js';
import { SwaggerReader } from './import/swagger-reader.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { ResourcesController } from './resources.controller.js';
import { ResourcesRestorer } from './resources.restorer.js';
import { ResourcesService } from './resources.service.js';

/** Resources of a service: paths, methods and their plugins, edited one by one or imported as a whole. */
@Module({
  controllers: [ResourcesController, ImportsController, DescriptionsController],
  providers: [ResourcesService, ImportsService, DescriptionsService, SwaggerReader, ResourcesRestorer],
})
export class ResourcesModule {}
