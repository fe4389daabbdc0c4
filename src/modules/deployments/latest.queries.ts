import { type Queries, rowsOf } from '../../database/index.js';
import type { DeploymentRow, DeploymentWithSettings } from './deployments.queries.js';

/** A gateway that refused a deployment, and why. */
export interface Refusal {
  readonly gatewayId: string;
  readonly reason: string;
}

/** Which deployments of a stage its settings come from, and the gateways serve. */
export interface StageDeployments {
  readonly baseDeploymentId: string | null;
  readonly liveDeploymentId: string | null;
}

/** The newest deployment of a stage, with what tells how it stands. */
export interface LatestDeployment {
  /** Null when the service has no such stage. */
  readonly stage: StageDeployments | null;
  /** Null when the stage was never deployed. */
  readonly deployment: DeploymentWithSettings | null;
  /** The gateways that have refused the one that is live. */
  readonly refusals: readonly Refusal[];
}

type Row = DeploymentWithSettings &
  StageDeployments & { readonly foundStageId: string | null; readonly refusals: Refusal[] | null };

/**
 * The newest deployment of a stage; null when the project has no such service. One statement, which sees everything as
 * it is at one time: clients ask for it again and again until a deployment has ended.
 */
export async function findLatestDeployment(
  queries: Queries,
  projectId: string,
  serviceId: string,
  stageId: string,
): Promise<LatestDeployment | null> {
  const [row] = await rowsOf<Row>(queries)`
    SELECT t.id AS "foundStageId", t.base_deployment_id AS "baseDeploymentId",
      t.live_deployment_id AS "liveDeploymentId",
      d.id, d.project_id AS "projectId", d.stage_id AS "stageId", d.status::text, d.description, d.hash, d.settings,
      d.settings_hash AS "settingsHash", d.documentation_hash AS "documentationHash",
      d.failure_reason AS "failureReason", d.deployed_at AS "deployedAt", d.deadline_at AS "deadlineAt",
      d.finished_at AS "finishedAt", d.rollback_at AS "rollbackAt",
      (SELECT json_agg(json_build_object('gatewayId', r.gateway_id, 'reason', r.reason) ORDER BY r.gateway_id)
        FROM deployment_receipt r WHERE r.deployment_id = t.live_deployment_id AND r.reason IS NOT NULL) AS refusals
    FROM service s
    LEFT JOIN stage t ON t.service_id = s.id AND t.id = ${stageId}
    LEFT JOIN LATERAL (
      SELECT * FROM deployment WHERE stage_id = t.id ORDER BY deployed_at DESC, id DESC LIMIT 1) d ON true
    WHERE s.id = ${serviceId} AND s.project_id = ${projectId}`;
  if (!row) return null;
  const { foundStageId, baseDeploymentId, liveDeploymentId, refusals, ...deployment } = row;
  return {
    stage: foundStageId === null ? null : { baseDeploymentId, liveDeploymentId },
    deployment: isThere(deployment) ? deployment : null,
    refusals: refusals ?? [],
  };
}

/** An outer join gives nothing but nulls of what is not there. */
function isThere({ id }: { readonly id: DeploymentRow['id'] | null }): boolean {
  return id !== null;
}
