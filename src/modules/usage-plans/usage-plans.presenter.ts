import type { Prisma } from '../../database/index.js';
import { presentStageDomains, stageHostName } from '../stages/index.js';
import type { UsagePlanAnswer, UsagePlanStageAnswer } from './usage-plans.dto.js';
import type { PlanStageRow, UsagePlanRow } from './usage-plans.queries.js';

/** What a usage plan limits, as clients see it. */
export function presentLimits(plan: Prisma.UsagePlanGetPayload<object>) {
  return {
    rateLimitRequestPerSecond: plan.requestsPerSecond,
    quotaLimitPeriodUnitCode: plan.quotaPeriodUnit,
    quotaLimit: plan.quotaLimit,
  };
}

/** A usage plan as clients see it. */
export function presentUsagePlan(row: UsagePlanRow): UsagePlanAnswer {
  return {
    appKey: row.appKey.value,
    usagePlanId: row.id,
    usagePlanName: row.name,
    usagePlanDescription: row.description,
    ...presentLimits(row),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A stage of a usage plan as clients see it. */
export function presentPlanStage({ stage, usagePlan }: PlanStageRow, stageDomain: string): UsagePlanStageAnswer {
  return {
    regionCode: stage.service.regionCode,
    apigwServiceId: stage.serviceId,
    apigwServiceName: stage.service.name,
    ...presentStageOfPlan(stage, stageDomain),
    usagePlanId: usagePlan.id,
    usagePlanName: usagePlan.name,
  };
}

/** How a stage is called, as clients see it in what usage plans say of it. */
export function presentStageOfPlan(stage: PlanStageRow['stage'], stageDomain: string) {
  const { id: stageId, serviceId, name: stageName, service } = stage;
  return {
    stageId,
    stageName,
    stageUrl: stageHostName({ regionCode: service.regionCode, serviceId, stageName }, stageDomain),
    stageCustomDomainList: presentStageDomains(stage),
  };
}
