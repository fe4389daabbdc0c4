import { GATEWAY_ALIVE_MS, type Receipt } from '../../contract/sync.js';
import type { Queries } from '../../database/index.js';

/** A running deployment as its settlement sees it; times by the database's clock. */
export interface RunningDeployment {
  readonly id: string;
  readonly stageId: string;
  readonly isOverdue: boolean;
  /** Gateways that serve it. */
  readonly applied: number;
  /** Live gateways of the server group that do not serve it yet. */
  readonly pending: number;
  /** The first refusal, with the gateway's id before it; null without one. */
  readonly refusal: string | null;
}

/** The running deployment of a stage; null when none runs. Ask under the stage's lock. */
export async function findRunning(queries: Queries, deploymentId: string): Promise<RunningDeployment | null> {
  const [row] = await queries.$queryRaw<RunningDeployment[]>`
    SELECT d.id, d.stage_id AS "stageId", d.deadline_at < now() AS "isOverdue",
      (SELECT count(*)::int FROM deployment_receipt r WHERE r.deployment_id = d.id AND r.reason IS NULL) AS applied,
      (SELECT count(*)::int FROM gateway g
         WHERE g.server_group_id = v.server_group_id
           AND g.last_seen_at > now() - ${GATEWAY_ALIVE_MS} * interval '1 millisecond'
           AND NOT EXISTS (SELECT 1 FROM deployment_receipt r
             WHERE r.deployment_id = d.id AND r.gateway_id = g.id AND r.reason IS NULL)) AS pending,
      (SELECT r.gateway_id || ': ' || r.reason FROM deployment_receipt r
         WHERE r.deployment_id = d.id AND r.reason IS NOT NULL ORDER BY r.received_at LIMIT 1) AS refusal
    FROM deployment d JOIN stage s ON s.id = d.stage_id JOIN service v ON v.id = s.service_id
    WHERE d.id = ${deploymentId} AND d.status = 'DEPLOYING'`;
  return row ?? null;
}

/** Ids of all running deployments with their stages. */
export function listRunning(queries: Queries): Promise<{ id: string; stageId: string }[]> {
  return queries.deployment.findMany({ where: { status: 'DEPLOYING' }, select: { id: true, stageId: true } });
}

/**
 * The stage of a deployment whose snapshot has this hash; null when there is no such deployment, or not in the server
 * group when that is given.
 */
export async function findStageOfReceipt(
  queries: Queries,
  { deploymentId, snapshotHash }: Pick<Receipt, 'deploymentId' | 'snapshotHash'>,
  serverGroupId: string | undefined,
): Promise<string | null> {
  const ofGroup = serverGroupId === undefined ? {} : { stage: { service: { serverGroupId } } };
  const where = { id: deploymentId, hash: snapshotHash, ...ofGroup };
  return (await queries.deployment.findFirst({ where, select: { stageId: true } }))?.stageId ?? null;
}

/** What a gateway has said of deployments so far: null for served, else the refusal. */
export async function readReceipts(
  queries: Queries,
  gatewayId: string,
  deploymentIds: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await queries.deploymentReceipt.findMany({
    where: { gatewayId, deploymentId: { in: [...deploymentIds] } },
    select: { deploymentId: true, reason: true },
  });
  return new Map(rows.map(({ deploymentId, reason }) => [deploymentId, reason]));
}

/**
 * Keeps what a gateway said of a deployment; a later word replaces an earlier one. Gives how long after the begin of the
 * deployment it came, by the database's clock; null when the deployment has ended.
 */
export async function saveReceipt(
  queries: Queries,
  receipt: { deploymentId: string; gatewayId: string; reason: string | null },
): Promise<number | null> {
  const [row] = await queries.$queryRaw<{ afterSeconds: number | null }[]>`
    INSERT INTO deployment_receipt (deployment_id, gateway_id, reason, received_at)
    VALUES (${receipt.deploymentId}, ${receipt.gatewayId}, ${receipt.reason}, now())
    ON CONFLICT (deployment_id, gateway_id) DO UPDATE SET reason = excluded.reason, received_at = now()
    RETURNING (SELECT extract(epoch FROM now() - d.deployed_at)::float8 FROM deployment d
      WHERE d.id = ${receipt.deploymentId} AND d.status = 'DEPLOYING') AS "afterSeconds"`;
  return row?.afterSeconds ?? null;
}

/** Ends a deployment as live: the settings of the stage came from it, the gateways serve it. */
export async function markComplete(queries: Queries, { id, stageId }: RunningDeployment): Promise<void> {
  await queries.$executeRaw`
    UPDATE deployment SET status = 'COMPLETE', finished_at = now() WHERE id = ${id}`;
  await queries.$executeRaw`
    UPDATE stage SET live_deployment_id = ${id}, base_deployment_id = ${id} WHERE id = ${stageId}`;
}

/** Ends a deployment as failed: what was live before is wanted again. */
export async function markFailed(queries: Queries, { id, stageId }: RunningDeployment, reason: string): Promise<void> {
  await queries.$executeRaw`
    UPDATE deployment SET status = 'FAILURE', finished_at = now(), failure_reason = ${reason} WHERE id = ${id}`;
  await queries.$executeRaw`
    UPDATE stage SET desired_deployment_id = live_deployment_id WHERE id = ${stageId}`;
}
