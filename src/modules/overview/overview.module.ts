import { Module } from '@nestjs/common';
import { DeploymentsModule } from '../deployments/index.js';
import { OverviewController } from './overview.controller.js';
import { OverviewService } from './overview.service.js';

/** What a console shows first: how a stage is, and what a service is used for. */
@Module({ imports: [DeploymentsModule], controllers: [OverviewController], providers: [OverviewService] })
export class OverviewModule {}
