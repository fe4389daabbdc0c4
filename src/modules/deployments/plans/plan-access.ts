import type { CompilerGatewayResponse } from '../../../compiler/index.js';
import type { Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import type { StageOfService, StageRow } from '../../stages/index.js';
import { type DeploymentHashes, findRunningId } from '../deployments.queries.js';
import { gatewayResponsesHash, type StageNow } from './outdated.rules.js';
import { findPlan, type PlanRow } from './plans.queries.js';

/** A plan of a stage. @throws AppError DEPLOYMENT_PLAN_NOT_FOUND */
export async function requirePlan(queries: Queries, { id, projectId }: StageRow, planId: string): Promise<PlanRow> {
  const plan = await findPlan(queries, { projectId, stageId: id }, planId);
  if (!plan) throw new AppError('DEPLOYMENT_PLAN_NOT_FOUND');
  return plan;
}

/** A stage as a plan meets it, by the hashes of what it says and the gateway responses of its service. Under its lock. */
export async function readStageNow(
  queries: Queries,
  { stage }: StageOfService,
  { settingsHash, documentationHash }: Pick<DeploymentHashes, 'settingsHash' | 'documentationHash'>,
  gatewayResponses: readonly CompilerGatewayResponse[],
): Promise<StageNow> {
  return {
    settingsHash,
    documentationHash,
    gatewayResponsesHash: gatewayResponsesHash(gatewayResponses),
    liveDeploymentId: stage.liveDeploymentId,
    runningDeploymentId: await findRunningId(queries, stage.id),
  };
}
