import type { Queries } from '../../database/index.js';
import type { ManifestStage } from '../../contract/sync.js';
import { GATEWAY_ALIVE_MS } from '../../contract/sync.js';

/** Marks a gateway of a region as alive, by the database's clock. False when no server group serves the region. */
export async function touchGateway(
  queries: Queries,
  gateway: { id: string; regionCode: string; formatVersion: number },
): Promise<boolean> {
  const touched = await queries.$executeRaw`
    INSERT INTO gateway (id, server_group_id, format_version, last_seen_at)
    SELECT ${gateway.id}, id, ${gateway.formatVersion}, now() FROM server_group WHERE region_code = ${gateway.regionCode}
    ON CONFLICT (id) DO UPDATE SET
      server_group_id = excluded.server_group_id, format_version = excluded.format_version, last_seen_at = now()`;
  return touched > 0;
}

/** Takes a gateway out; gone already is fine. */
export async function removeGateway(queries: Queries, gatewayId: string): Promise<void> {
  await queries.gateway.deleteMany({ where: { id: gatewayId } });
}

/** Forgets gateways that have not been seen for a day. */
export async function forgetOldGateways(queries: Queries): Promise<void> {
  await queries.$executeRaw`DELETE FROM gateway WHERE last_seen_at < now() - interval '1 day'`;
}

/** Number of gateways of a server group that are alive. */
export async function countLiveGateways(queries: Queries, serverGroupId: string): Promise<number> {
  const [row] = await queries.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM gateway
    WHERE server_group_id = ${serverGroupId}
      AND last_seen_at > now() - ${GATEWAY_ALIVE_MS} * interval '1 millisecond'`;
  return row?.count ?? 0;
}

/** What the gateways of a region should serve, by stage id. */
export async function readManifestStages(queries: Queries, regionCode: string): Promise<ManifestStage[]> {
  return queries.$queryRaw<ManifestStage[]>`
    SELECT s.id AS "stageId", d.id AS "deploymentId", d.hash AS "snapshotHash",
           array_agg(h.host_name ORDER BY h.host_name) AS hosts
    FROM stage s
    JOIN service v ON v.id = s.service_id
    JOIN server_group g ON g.id = v.server_group_id
    JOIN deployment d ON d.id = s.desired_deployment_id
    JOIN stage_host h ON h.stage_id = s.id
    WHERE g.region_code = ${regionCode}
    GROUP BY s.id, d.id, d.hash
    ORDER BY s.id`;
}

/** A deployment's snapshot with its hash; null when there is no such deployment. */
export function findSnapshot(
  queries: Queries,
  deploymentId: string,
): Promise<{ hash: string; snapshot: unknown } | null> {
  return queries.deployment.findUnique({ where: { id: deploymentId }, select: { hash: true, snapshot: true } });
}
