import { GATEWAY_ALIVE_MS } from '../../../contract/sync.js';
import { Prisma, type Queries } from '../../../database/index.js';
import type { GatewayScope } from './gateway-caller.js';

/** How long a token's last use may lie back without being noted again: a call must not cost a write. */
const USE_NOTED_EVERY_SECONDS = 60;

/** A token that lets gateways in. */
export interface GoodToken extends GatewayScope {
  /** Whether its use has to be noted again. */
  readonly isUseStale: boolean;
}

/** The token with this hash; null when there is none, or it is revoked. */
export async function findGoodToken(queries: Queries, hash: string): Promise<GoodToken | null> {
  const [row] = await queries.$queryRaw<GoodToken[]>`
    SELECT t.id AS "tokenId", g.id AS "serverGroupId", g.region_code AS "regionCode",
           (${isUseStale}) AS "isUseStale"
    FROM gateway_token t JOIN server_group g ON g.id = t.server_group_id
    WHERE t.hash = ${hash} AND t.revoked_at IS NULL`;
  return row ?? null;
}

const isUseStale = Prisma.sql`
  t.last_used_at IS NULL OR t.last_used_at < now() - ${USE_NOTED_EVERY_SECONDS}::int * interval '1 second'`;

/** Whether a token still lets gateways in. */
export async function isTokenGood(queries: Queries, tokenId: string): Promise<boolean> {
  return (
    (await queries.gatewayToken.findFirst({ where: { id: tokenId, revokedAt: null }, select: { id: true } })) !== null
  );
}

/** Notes that a token is used; of many who find it stale at once, the first one writes. */
export async function noteTokenUse(queries: Queries, tokenId: string): Promise<void> {
  await queries.$executeRaw`
    UPDATE gateway_token t SET last_used_at = now() WHERE t.id = ${tokenId} AND (${isUseStale})`;
}

/**
 * The condition that a gateway `g` that is known belongs to the caller. An id belongs to the token that its first
 * manifest was asked for with, until the gateway signs off or the token is revoked. One of the shared token goes over
 * to a token of its server group when nobody can be using it: that token is turned off, or the gateway not alive.
 */
export function isOwn(scope: GatewayScope | null, isSharedTokenOn: boolean): Prisma.Sql {
  if (scope === null) return Prisma.sql`g.token_id IS NULL`;
  // Never null: what is not known to be the caller's is somebody else's.
  return Prisma.sql`(g.token_id IS NOT DISTINCT FROM ${scope.tokenId} OR (g.token_id IS NULL AND g.server_group_id = ${scope.serverGroupId}
    AND (NOT ${isSharedTokenOn} OR g.last_seen_at < now() - ${GATEWAY_ALIVE_MS}::int * interval '1 millisecond')))`;
}

/** Whether a gateway id belongs to somebody else than the caller. One that is not known belongs to nobody. */
export async function isForeignGateway(
  queries: Queries,
  gatewayId: string,
  scope: GatewayScope | null,
  isSharedTokenOn: boolean,
): Promise<boolean> {
  const rows = await queries.$queryRaw<unknown[]>`
    SELECT 1 FROM gateway g WHERE g.id = ${gatewayId} AND NOT (${isOwn(scope, isSharedTokenOn)})`;
  return rows.length > 0;
}
