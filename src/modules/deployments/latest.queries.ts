import { byPlace, gathered, type Queries, rowsOf, sqlPart } from '../../database/index.js';
import type { DeploymentRow } from './deployments.queries.js';

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

/** A deployment as clients see it, its settings apart. */
export type ShownDeployment = Omit<
  DeploymentRow,
  'projectId' | 'hash' | 'settingsHash' | 'documentationHash' | 'deadlineAt'
>;

/** Which stage is asked about, and as whose. */
export interface StageNames {
  readonly projectId: string;
  readonly serviceId: string;
  readonly stageId: string;
}

/** The newest deployment of a stage, with what tells how it stands. */
export interface LatestDeployment {
  /** Null when the service has no such stage. */
  readonly stage: StageDeployments | null;
  /** Null when the stage was never deployed. */
  readonly deployment: ShownDeployment | null;
  /** Of the deployment's row as it is now. */
  readonly version: string;
  /** The gateways that have refused the one that is live, when this one has failed. */
  readonly refusals: readonly Refusal[];
}

type Row = ShownDeployment &
  StageDeployments &
  Pick<LatestDeployment, 'version'> & {
    readonly place: number;
    readonly foundStageId: string | null;
    readonly refusals: Refusal[] | null;
  };

/** Names a deployment's row as it is: whatever writes the row gives it another place. */
const version = sqlPart(`concat_ws(' ', id, xmin, ctid) AS version`);

/**
 * The newest deployment of a stage, without its settings, which may be large; null when the project has no such service.
 * One statement, which sees everything as it is at one time: clients ask for it again and again until a deployment has
 * ended, those of one time together.
 */
export const findLatestDeployment = gathered<StageNames, LatestDeployment>(async (queries, names) => {
  const rows = await rowsOf<Row>(queries)`
    SELECT asked.place::int, t.id AS "foundStageId", t.base_deployment_id AS "baseDeploymentId",
      t.live_deployment_id AS "liveDeploymentId",
      d.id, d.stage_id AS "stageId", d.status::text, d.description, d.failure_reason AS "failureReason",
      d.deployed_at AS "deployedAt", d.finished_at AS "finishedAt", d.rollback_at AS "rollbackAt", d.version,
      CASE WHEN d.status = 'FAILURE' THEN (
        SELECT json_agg(json_build_object('gatewayId', r.gateway_id, 'reason', r.reason) ORDER BY r.gateway_id)
        FROM deployment_receipt r WHERE r.deployment_id = t.live_deployment_id AND r.reason IS NOT NULL) END AS refusals
    FROM unnest(${names.map(({ projectId }) => projectId)}::text[], ${names.map(({ serviceId }) => serviceId)}::text[],
      ${names.map(({ stageId }) => stageId)}::text[]) WITH ORDINALITY AS asked (project_id, service_id, stage_id, place)
    JOIN service s ON s.id = asked.service_id AND s.project_id = asked.project_id
    LEFT JOIN stage t ON t.service_id = s.id AND t.id = asked.stage_id
    LEFT JOIN LATERAL (
      SELECT *, ${version} FROM deployment WHERE stage_id = t.id ORDER BY deployed_at DESC, id DESC LIMIT 1) d ON true`;
  return byPlace(names, rows.map(toLatest));
});

function toLatest(row: Row): LatestDeployment & { readonly place: number } {
  const { place, foundStageId, baseDeploymentId, liveDeploymentId, refusals, version: of, ...deployment } = row;
  return {
    place,
    stage: foundStageId === null ? null : { baseDeploymentId, liveDeploymentId },
    deployment: isThere(deployment) ? deployment : null,
    version: of,
    refusals: refusals ?? [],
  };
}

/** An outer join gives nothing but nulls of what is not there. */
function isThere({ id }: { readonly id: DeploymentRow['id'] | null }): boolean {
  return id !== null;
}

/** The document of a deployment's settings as stored, and the version of its row; null when it is gone. */
export async function findSettingsText(
  queries: Queries,
  deploymentId: string,
): Promise<{ version: string; text: string } | null> {
  const [row] = await rowsOf<{ version: string; text: string }>(queries)`
    SELECT ${version}, settings::text AS text FROM deployment WHERE id = ${deploymentId}`;
  return row ?? null;
}
