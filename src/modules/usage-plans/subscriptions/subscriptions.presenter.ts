import { presentLimits, presentStageOfPlan } from '../usage-plans.presenter.js';
import type { SubscribedStageAnswer, SubscriptionAnswer } from './subscriptions.dto.js';
import type { SubscribedStageRow, SubscriptionRow } from './subscriptions.queries.js';

/** A subscription as clients see it. */
export function presentSubscription(row: SubscriptionRow): SubscriptionAnswer {
  return {
    subscriptionId: row.id,
    subscriptionStatus: 'APPROVAL',
    subscriptionDescription: null,
    stageId: row.stageId,
    usagePlanId: row.usagePlanId,
    apiKeyId: row.apiKeyId,
    apiKeyName: row.apiKey.name,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A stage that a key is connected to, with the plan, as clients see it. */
export function presentSubscribedStage(row: SubscribedStageRow, stageDomain: string): SubscribedStageAnswer {
  const { usagePlan, stage } = row.planStage;
  return {
    subscriptionId: row.id,
    subscriptionStatus: 'APPROVAL',
    apiKeyId: row.apiKeyId,
    apigwServiceName: stage.service.name,
    ...presentStageOfPlan(stage, stageDomain),
    usagePlanId: usagePlan.id,
    usagePlanName: usagePlan.name,
    usagePlanDescription: usagePlan.description,
    ...presentLimits(usagePlan),
  };
}
