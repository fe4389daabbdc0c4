import { Module } from '@nestjs/common';
import { ModelsController } from './models.controller.js';
import { ModelsService } from './models.service.js';

/** Models: JSON Schemas that request parameters and responses refer to. */
@Module({ controllers: [ModelsController], providers: [ModelsService] })
export class ModelsModule {}
