import { Module } from '@nestjs/common';
import { RoutersModule } from '../routers/index.js';
import { DeploymentsController } from './deployments.controller.js';
import { DeploymentsService } from './deployments.service.js';
import { ReceiptsController } from './receipts.controller.js';
import { SettlementService } from './settlement.service.js';

/** Deployments: from the settings of a stage to gateways that serve them, and back. */
@Module({
  imports: [RoutersModule],
  controllers: [DeploymentsController, ReceiptsController],
  providers: [DeploymentsService, SettlementService],
})
export class DeploymentsModule {}
