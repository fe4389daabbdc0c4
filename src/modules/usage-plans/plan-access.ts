import { lockStageOfProject, lockUsagePlans, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { isConnected, requireUsagePlan } from './usage-plans.queries.js';

/** Names a stage of a usage plan of a project. */
export interface PlanStage {
  readonly projectId: string;
  readonly usagePlanId: string;
  readonly stageId: string;
}

/** Locks a usage plan that is to be changed. @throws AppError USAGE_PLAN_NOT_FOUND */
export async function lockUsagePlan(queries: Queries, projectId: string, usagePlanId: string): Promise<void> {
  const plans = await lockUsagePlans(queries, projectId, [usagePlanId]);
  if (!plans.has(usagePlanId)) throw new AppError('USAGE_PLAN_NOT_FOUND');
}

/** Locks a stage and a usage plan, connected or not. @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND */
export async function lockPlanAndStage(
  queries: Queries,
  { projectId, usagePlanId, stageId }: PlanStage,
): Promise<void> {
  const hasStage = await lockStageOfProject(queries, projectId, stageId);
  await lockUsagePlan(queries, projectId, usagePlanId);
  if (!hasStage) throw new AppError('STAGE_NOT_FOUND');
}

/**
 * Locks a stage of a usage plan, and other plans of the project with it; gives the ids of all plans that exist.
 * @throws AppError USAGE_PLAN_NOT_FOUND; STAGE_NOT_FOUND, also when the stage is not connected to the plan
 */
export async function lockPlanStage(
  queries: Queries,
  place: PlanStage,
  otherPlanIds: readonly string[] = [],
): Promise<Set<string>> {
  await lockStageOfProject(queries, place.projectId, place.stageId);
  const plans = await lockUsagePlans(queries, place.projectId, [place.usagePlanId, ...otherPlanIds]);
  if (!plans.has(place.usagePlanId)) throw new AppError('USAGE_PLAN_NOT_FOUND');
  await requireConnected(queries, place);
  return plans;
}

/** @throws AppError USAGE_PLAN_NOT_FOUND; STAGE_NOT_FOUND, also when the stage is not connected to the plan */
export async function requirePlanStage(queries: Queries, place: PlanStage): Promise<void> {
  await requireUsagePlan(queries, place.projectId, place.usagePlanId);
  await requireConnected(queries, place);
}

async function requireConnected(queries: Queries, { usagePlanId, stageId }: PlanStage): Promise<void> {
  if (await isConnected(queries, usagePlanId, stageId)) return;
  const detail = { property: 'path', field: 'stageId', message: 'is no stage of this usage plan' };
  throw new AppError('STAGE_NOT_FOUND', [detail]);
}
