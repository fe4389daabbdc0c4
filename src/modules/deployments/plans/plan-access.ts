import type { Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import type { SecretBox } from '../../../kernel/secret-box.js';
import type { StageOfService, StageRow } from '../../stages/index.js';
import { findRunningId } from '../deployments.queries.js';
import { sourceHashesOf, type StageAsSet } from '../prepare.js';
import { gatewayResponsesHash, type StageNow } from './outdated.rules.js';
import { findPlan, type PlanRow } from './plans.queries.js';

/** A plan of a stage. @throws AppError DEPLOYMENT_PLAN_NOT_FOUND */
export async function requirePlan(queries: Queries, { id, projectId }: StageRow, planId: string): Promise<PlanRow> {
  const plan = await findPlan(queries, { projectId, stageId: id }, planId);
  if (!plan) throw new AppError('DEPLOYMENT_PLAN_NOT_FOUND');
  return plan;
}

/** A stage as a plan meets it. Call it under the stage's lock. */
export async function readStageNow(
  queries: Queries,
  { stage }: StageOfService,
  asSet: StageAsSet,
  box: SecretBox,
): Promise<StageNow> {
  return {
    ...sourceHashesOf(asSet, box),
    gatewayResponsesHash: gatewayResponsesHash(asSet.gatewayResponses),
    liveDeploymentId: stage.liveDeploymentId,
    runningDeploymentId: await findRunningId(queries, stage.id),
  };
}
