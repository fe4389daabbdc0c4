import { Module } from '@nestjs/common';
import { RoutersModule } from '../routers/index.js';
import { StagesModule } from '../stages/index.js';
import { ConvergenceService } from './convergence/convergence.service.js';
import { DeploymentInsertion } from './deployment-insertion.js';
import { DeploymentsController } from './deployments.controller.js';
import { DeploymentsService } from './deployments.service.js';
import { DiffController } from './diff/diff.controller.js';
import { DiffService } from './diff/diff.service.js';
import { ExplainController } from './explain/explain.controller.js';
import { ExplainService } from './explain/explain.service.js';
import { PlanExpiryService } from './plans/plan-expiry.service.js';
import { PlansController } from './plans/plans.controller.js';
import { PlansService } from './plans/plans.service.js';
import { PreparedDeployments } from './prepared/prepared-deployments.js';
import { ReceiptsController } from './receipts.controller.js';
import { RecentSettings } from './recent-settings.js';
import { SettlementService } from './settlement.service.js';

/** Deployments: from the settings of a stage to gateways that serve them, and back. */
@Module({
  imports: [RoutersModule, StagesModule],
  controllers: [DeploymentsController, DiffController, ExplainController, PlansController, ReceiptsController],
  providers: [
    ConvergenceService,
    DeploymentInsertion,
    DeploymentsService,
    DiffService,
    ExplainService,
    PlanExpiryService,
    PlansService,
    PreparedDeployments,
    RecentSettings,
    SettlementService,
  ],
  exports: [DiffService, SettlementService],
})
export class DeploymentsModule {}
