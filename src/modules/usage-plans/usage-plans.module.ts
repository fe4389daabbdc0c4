import { Module } from '@nestjs/common';
import { ApiKeysModule } from '../api-keys/index.js';
import { PlanStagesController } from './plan-stages.controller.js';
import { KeySubscriptionsController } from './subscriptions/key-subscriptions.controller.js';
import { SubscriptionsController } from './subscriptions/subscriptions.controller.js';
import { SubscriptionsService } from './subscriptions/subscriptions.service.js';
import { UsagePlansController } from './usage-plans.controller.js';
import { UsagePlansRestorer } from './usage-plans.restorer.js';
import { UsagePlansService } from './usage-plans.service.js';

/** Usage plans: how much the API keys that are connected to a stage may call. */
@Module({
  imports: [ApiKeysModule],
  controllers: [UsagePlansController, PlanStagesController, SubscriptionsController, KeySubscriptionsController],
  providers: [UsagePlansService, UsagePlansRestorer, SubscriptionsService],
})
export class UsagePlansModule {}
