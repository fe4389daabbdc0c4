import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';
import { newId, newSecret } from '../../../kernel/ids.js';

export type AppKeyRow = Prisma.AppKeyGetPayload<object>;

const VALUE_LENGTH = 20;

/** A page of a project's appKeys, oldest first, and their number. */
export function listAppKeys(queries: Queries, projectId: string, page: PageQuery): Promise<[AppKeyRow[], number]> {
  const where = { projectId };
  const orderBy: Prisma.AppKeyOrderByWithRelationInput[] = [{ createdAt: 'asc' }, { id: 'asc' }];
  return Promise.all([
    queries.appKey.findMany({ where, orderBy, ...pageWindow(page) }),
    countAppKeys(queries, projectId),
  ]);
}

export function countAppKeys(queries: Queries, projectId: string): Promise<number> {
  return queries.appKey.count({ where: { projectId } });
}

/** Adds an appKey with a value of its own to a project. */
export function insertAppKey(
  queries: Queries,
  appKey: { projectId: string; name: string; expiresAt?: Date | null },
): Promise<AppKeyRow> {
  return queries.appKey.create({ data: { id: newId(), value: newSecret().slice(0, VALUE_LENGTH), ...appKey } });
}

/** Whether something was made under the appKey. Ask under its lock. */
export async function isAppKeyUsed(queries: Queries, appKeyId: string): Promise<boolean> {
  const some = { some: {} };
  const isUsed: Prisma.AppKeyWhereInput[] = [
    { services: some },
    { apiKeys: some },
    { usagePlans: some },
    { customDomains: some },
  ];
  return (await queries.appKey.findFirst({ where: { id: appKeyId, OR: isUsed }, select: { id: true } })) !== null;
}
