import { Module } from '@nestjs/common';
import { StagesController } from './stages.controller.js';
import { StagesService } from './stages.service.js';

/** Stages: copies of a service's resources with settings of their own, deployed to a host name. */
@Module({ controllers: [StagesController], providers: [StagesService] })
export class StagesModule {}
