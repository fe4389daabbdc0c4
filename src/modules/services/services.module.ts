import { Module } from '@nestjs/common';
import { ServicesController } from './services.controller.js';
import { ServicesRestorer } from './services.restorer.js';
import { ServicesService } from './services.service.js';

/** API gateway services: the unit that holds resources and stages. */
@Module({ controllers: [ServicesController], providers: [ServicesService, ServicesRestorer] })
export class ServicesModule {}
