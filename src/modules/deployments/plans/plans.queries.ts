import type { Queries } from '../../../database/index.js';
import type { DeploymentHashes } from '../deployments.queries.js';
import type { AppliedPlan, PlanBasis } from './outdated.rules.js';
import type { PlanContent } from './plan-content.rules.js';

/** How long a plan can be carried out. */
const PLAN_LIFETIME_HOURS = 24;
/** How long an expired plan is kept, so that who comes too late is told so. */
const EXPIRED_KEPT_HOURS = 24;
/** Plans of a stage; the oldest give way. */
const MAX_PLANS_PER_STAGE = 100;

/** Names a stage of a project. */
export interface PlanOwner {
  readonly projectId: string;
  readonly stageId: string;
}

/** What a plan tells, with the deployment that it compares with. */
export interface ToldPlan extends PlanContent {
  readonly liveDeployment: { readonly id: string; readonly deployedAt: string } | null;
}

/** A plan as stored; times by the database's clock. */
export type PlanRow = AppliedPlan &
  DeploymentHashes & {
    readonly id: string;
    readonly content: ToldPlan;
    readonly createdAt: Date;
  };

/** A plan that is to be stored. */
export type NewPlan = PlanOwner & PlanBasis & DeploymentHashes & Pick<PlanRow, 'id' | 'content'>;

/** Stores a plan. Call it under the stage's lock. */
export async function insertPlan(queries: Queries, plan: NewPlan): Promise<void> {
  await queries.$executeRaw`
    DELETE FROM deployment_plan WHERE id IN (
      SELECT id FROM deployment_plan WHERE stage_id = ${plan.stageId}
      ORDER BY created_at DESC, id DESC OFFSET ${MAX_PLANS_PER_STAGE - 1})`;
  await queries.$executeRaw`
    INSERT INTO deployment_plan (id, project_id, stage_id, live_deployment_id, hash, settings_hash, documentation_hash,
                                 gateway_responses_hash, content, expires_at)
    VALUES (${plan.id}, ${plan.projectId}, ${plan.stageId}, ${plan.liveDeploymentId}, ${plan.hash}, ${plan.settingsHash},
            ${plan.documentationHash}, ${plan.gatewayResponsesHash}, ${JSON.stringify(plan.content)}::jsonb,
            now() + ${PLAN_LIFETIME_HOURS} * interval '1 hour')`;
}

/** A plan of a stage; null when there is none. */
export async function findPlan(queries: Queries, owner: PlanOwner, planId: string): Promise<PlanRow | null> {
  const [row] = await queries.$queryRaw<PlanRow[]>`
    SELECT id, live_deployment_id AS "liveDeploymentId", hash, settings_hash AS "settingsHash",
      documentation_hash AS "documentationHash", gateway_responses_hash AS "gatewayResponsesHash", content,
      deployment_id AS "deploymentId", created_at AS "createdAt", expires_at AS "expiresAt",
      expires_at <= clock_timestamp() AS "isExpired"
    FROM deployment_plan
    WHERE id = ${planId} AND stage_id = ${owner.stageId} AND project_id = ${owner.projectId}`;
  return row ?? null;
}

/** Notes which deployment a plan became. Call it under the stage's lock. */
export async function notePlanApplied(queries: Queries, planId: string, deploymentId: string): Promise<void> {
  await queries.$executeRaw`UPDATE deployment_plan SET deployment_id = ${deploymentId} WHERE id = ${planId}`;
}

/** Removes up to `limit` plans that expired long ago; gives their number. */
export function removeExpiredPlans(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM deployment_plan WHERE id = ANY(ARRAY(
      SELECT id FROM deployment_plan WHERE expires_at < now() - ${EXPIRED_KEPT_HOURS} * interval '1 hour'
      ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}
