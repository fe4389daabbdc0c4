import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';

const withUse = {
  serverGroup: { select: { regionCode: true } },
  gateways: { select: { id: true, lastSeenAt: true }, orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }] },
} as const satisfies Prisma.GatewayTokenInclude;

/** A gateway token with its region and the gateways that use it. */
export type GatewayTokenRow = Prisma.GatewayTokenGetPayload<{ include: typeof withUse }>;

/** A page of gateway tokens, oldest first, and their number; `regionCode` undefined means every region. */
export function listGatewayTokens(
  queries: Queries,
  regionCode: string | undefined,
  page: PageQuery,
): Promise<[GatewayTokenRow[], number]> {
  const where = regionCode === undefined ? {} : { serverGroup: { regionCode } };
  return Promise.all([
    queries.gatewayToken.findMany({
      where,
      include: withUse,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    queries.gatewayToken.count({ where }),
  ]);
}

/** A gateway token; null when there is none. */
export function findGatewayToken(queries: Queries, tokenId: string): Promise<GatewayTokenRow | null> {
  return queries.gatewayToken.findUnique({ where: { id: tokenId }, include: withUse });
}

/** The server group of a region; null when there is none. */
export async function findServerGroupId(queries: Queries, regionCode: string): Promise<string | null> {
  const group = await queries.serverGroup.findUnique({ where: { regionCode }, select: { id: true } });
  return group?.id ?? null;
}

/** Inserts a gateway token. */
export function insertGatewayToken(
  queries: Queries,
  data: Pick<GatewayTokenRow, 'id' | 'serverGroupId' | 'name' | 'hash'>,
): Promise<GatewayTokenRow> {
  return queries.gatewayToken.create({ data, include: withUse });
}

/** Revokes a token; of one that is revoked already the time stays. */
export async function revokeGatewayToken(queries: Queries, tokenId: string): Promise<void> {
  await queries.$executeRaw`UPDATE gateway_token SET revoked_at = now() WHERE id = ${tokenId} AND revoked_at IS NULL`;
}
