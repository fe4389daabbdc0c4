import { Module } from '@nestjs/common';
import { SwaggerReader } from './import/swagger-reader.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';
import { ResourcesController } from './resources.controller.js';
import { ResourcesService } from './resources.service.js';

/** Resources of a service: paths, methods and their plugins, edited one by one or imported as a whole. */
@Module({
  controllers: [ResourcesController, ImportsController],
  providers: [ResourcesService, ImportsService, SwaggerReader],
})
export class ResourcesModule {}
