import { Module } from '@nestjs/common';
import { ModelsController } from './models.controller.js';
import { ModelsRestorer } from './models.restorer.js';
import { ModelsService } from './models.service.js';

/** Models: JSON Schemas that request parameters and responses refer to. */
@Module({ controllers: [ModelsController], providers: [ModelsService, ModelsRestorer] })
export class ModelsModule {}
