import { Module } from '@nestjs/common';
import { ServicesController } from './services.controller.js';
import { ServicesService } from './services.service.js';

/** API gateway services: the unit that holds resources and stages. */
@Module({ controllers: [ServicesController], providers: [ServicesService] })
export class ServicesModule {}
