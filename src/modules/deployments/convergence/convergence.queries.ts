import type { DeploymentStatus, Queries } from '../../../database/index.js';
import { GATEWAY_ALIVE_MS } from '../../../contract/sync.js';

/** A deployment and how it stands. */
export interface DeploymentState {
  readonly status: DeploymentStatus;
  readonly failureReason: string | null;
  readonly snapshotHash: string;
}

/** What a gateway has made of a deployment. */
export interface GatewayState {
  readonly gatewayId: string;
  /** Whether it has said so. */
  readonly isServing: boolean;
  /** Why it kept what it had; null when it has not refused. */
  readonly refusal: string | null;
  /** From the begin of the deployment to its word, by the database's clock; null without a word. */
  readonly afterMs: number | null;
}

/** How a deployment stands; null when it is gone. */
export async function findDeploymentState(queries: Queries, deploymentId: string): Promise<DeploymentState | null> {
  const [row] = await queries.$queryRaw<DeploymentState[]>`
    SELECT status::text AS status, failure_reason AS "failureReason", hash AS "snapshotHash"
    FROM deployment WHERE id = ${deploymentId}`;
  return row ?? null;
}

/** All gateways that a deployment waits for, or that have said something of it. */
export function listGatewayStates(queries: Queries, deploymentId: string): Promise<GatewayState[]> {
  return queries.$queryRaw<GatewayState[]>`
    WITH d AS (
      SELECT d.id, d.deployed_at, v.server_group_id
      FROM deployment d JOIN stage s ON s.id = d.stage_id JOIN service v ON v.id = s.service_id
      WHERE d.id = ${deploymentId}),
    concerned AS (
      SELECT g.id FROM gateway g JOIN d ON d.server_group_id = g.server_group_id
      WHERE g.last_seen_at > now() - ${GATEWAY_ALIVE_MS} * interval '1 millisecond'
      UNION SELECT gateway_id FROM deployment_receipt WHERE deployment_id = ${deploymentId})
    SELECT c.id AS "gatewayId", r.gateway_id IS NOT NULL AND r.reason IS NULL AS "isServing", r.reason AS refusal,
           (extract(epoch FROM r.received_at - d.deployed_at) * 1000)::float8 AS "afterMs"
    FROM d CROSS JOIN concerned c
    LEFT JOIN deployment_receipt r ON r.deployment_id = d.id AND r.gateway_id = c.id
    ORDER BY c.id`;
}
