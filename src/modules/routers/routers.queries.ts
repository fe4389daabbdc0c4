import { byPlace, gathered, Prisma, type Queries, rowsOf } from '../../database/index.js';
import type { Manifest, ManifestStage } from '../../contract/sync.js';
import { GATEWAY_ALIVE_MS } from '../../contract/sync.js';
import { contentHash } from '../../kernel/canonical-json.js';
import { isOwn } from './admission/admission.queries.js';
import type { GatewayScope } from './admission/gateway-caller.js';

/**
 * Marks a gateway of a region as alive, by the database's clock, and as the caller's. False when no server group serves
 * the region, when the token is revoked, or when the id belongs to another caller.
 */
export async function touchGateway(
  queries: Queries,
  gateway: { id: string; regionCode: string; formatVersion: number },
  scope: GatewayScope | null,
  isSharedTokenOn: boolean,
): Promise<boolean> {
  // FOR SHARE: of a revocation at the same time either this waits and finds nothing, or that finds this gateway.
  const group = scope
    ? Prisma.sql`SELECT server_group_id AS id FROM gateway_token
        WHERE id = ${scope.tokenId} AND revoked_at IS NULL FOR SHARE`
    : Prisma.sql`SELECT id FROM server_group WHERE region_code = ${gateway.regionCode}`;
  const touched = await queries.$executeRaw`
    WITH server_group_of_caller AS (${group})
    INSERT INTO gateway AS g (id, server_group_id, token_id, format_version, last_seen_at)
    SELECT ${gateway.id}, id, ${scope?.tokenId ?? null}, ${gateway.formatVersion}, now() FROM server_group_of_caller
    ON CONFLICT (id) DO UPDATE SET server_group_id = excluded.server_group_id, token_id = excluded.token_id,
      format_version = excluded.format_version, last_seen_at = now()
    WHERE ${isOwn(scope, isSharedTokenOn)}`;
  return touched > 0;
}

/** Takes a gateway of the caller out; gone already is fine. */
export async function removeGateway(queries: Queries, gatewayId: string, scope: GatewayScope | null): Promise<void> {
  await queries.gateway.deleteMany({ where: { id: gatewayId, tokenId: scope?.tokenId ?? null } });
}

/** Takes out all gateways of a token; their ids are free again. */
export async function removeGatewaysOfToken(queries: Queries, tokenId: string): Promise<void> {
  await queries.gateway.deleteMany({ where: { tokenId } });
}

/** Forgets gateways that have not been seen for a day. */
export async function forgetOldGateways(queries: Queries): Promise<void> {
  await queries.$executeRaw`DELETE FROM gateway WHERE last_seen_at < now() - interval '1 day'`;
}

/** The gateways of a server group that are alive, by id, and up to which version they read snapshots. */
export function listLiveGateways(
  queries: Queries,
  serverGroupId: string,
): Promise<{ id: string; formatVersion: number }[]> {
  return rowsOf<{ id: string; formatVersion: number }>(queries)`
    SELECT id, format_version AS "formatVersion" FROM gateway
    WHERE server_group_id = ${serverGroupId}
      AND last_seen_at > now() - ${GATEWAY_ALIVE_MS} * interval '1 millisecond'
    ORDER BY id`;
}

/** The number of gateways that are alive by region; regions without one too. */
export async function countLiveGatewaysByRegion(queries: Queries): Promise<ReadonlyMap<string, number>> {
  const rows = await queries.$queryRaw<{ region: string; count: number }[]>`
    SELECT s.region_code AS region, count(g.id)::int AS count FROM server_group s
    LEFT JOIN gateway g ON g.server_group_id = s.id
      AND g.last_seen_at > now() - ${GATEWAY_ALIVE_MS} * interval '1 millisecond'
    GROUP BY s.region_code`;
  return new Map(rows.map(({ region, count }) => [region, count]));
}

/** What the gateways of a region should serve, by stage id. All of them ask at once when something has changed. */
export const findManifest = gathered<string, Manifest>(async (queries, regionCodes) => {
  const rows = await rowsOf<ManifestStage & { readonly regionCode: string }>(queries)`
    SELECT g.region_code AS "regionCode", s.id AS "stageId", d.id AS "deploymentId", d.hash AS "snapshotHash",
           array_agg(h.host_name ORDER BY h.host_name) AS hosts
    FROM stage s
    JOIN service v ON v.id = s.service_id
    JOIN server_group g ON g.id = v.server_group_id
    JOIN deployment d ON d.id = s.desired_deployment_id
    JOIN stage_host h ON h.stage_id = s.id
    WHERE g.region_code = ANY(${regionCodes})
    GROUP BY g.region_code, s.id, d.id, d.hash
    ORDER BY s.id`;
  return regionCodes.map((region) => {
    const own = rows.filter(({ regionCode }) => regionCode === region);
    const stages = own.map(({ regionCode: _regionCode, ...stage }) => stage);
    return { hash: contentHash(stages), stages };
  });
});

/** A gateway's question for a snapshot: of a deployment, against `base`, within a server group unless that is null. */
export interface SnapshotQuestion {
  readonly deploymentId: string;
  readonly base: string | null;
  readonly serverGroupId: string | null;
}

/**
 * The hash of the snapshot that is asked for, and whether `base` is a deployment of the same stage; null when there is no
 * such deployment. All gateways of a region ask at once.
 */
export const findSnapshotHash = gathered<SnapshotQuestion, { readonly hash: string; readonly hasBase: boolean }>(
  async (queries, questions) => {
    const rows = await rowsOf<{ place: number; hash: string; hasBase: boolean }>(queries)`
      SELECT k.place::int AS place, d.hash,
             EXISTS (SELECT 1 FROM deployment b WHERE b.id = k.base AND b.stage_id = d.stage_id) AS "hasBase"
      FROM unnest(${questions.map(({ deploymentId }) => deploymentId)}::text[],
                  ${questions.map(({ base }) => base)}::text[],
                  ${questions.map(({ serverGroupId }) => serverGroupId)}::text[])
        WITH ORDINALITY AS k (deployment_id, base, server_group_id, place)
      JOIN deployment d ON d.id = k.deployment_id
      JOIN stage t ON t.id = d.stage_id
      JOIN service s ON s.id = t.service_id
      WHERE k.server_group_id IS NULL OR s.server_group_id = k.server_group_id`;
    return byPlace(questions, rows);
  },
);

/** The JSON text of the snapshot of a deployment; null when there is none. */
export async function findSnapshotText(queries: Queries, deploymentId: string): Promise<string | null> {
  const [row] = await rowsOf<{ snapshot: string }>(queries)`
    SELECT snapshot::text AS snapshot FROM deployment WHERE id = ${deploymentId}`;
  return row?.snapshot ?? null;
}
