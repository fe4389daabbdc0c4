import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';
import { newAppKeyValue, newId } from '../../../kernel/ids.js';

/** An appKey of a project. */
export type AppKeyRow = Prisma.AppKeyGetPayload<object>;

/** A page of a project's appKeys, oldest first, and their number. */
export function listAppKeys(queries: Queries, projectId: string, page: PageQuery): Promise<[AppKeyRow[], number]> {
  const where = { projectId };
  const orderBy: Prisma.AppKeyOrderByWithRelationInput[] = [{ createdAt: 'asc' }, { id: 'asc' }];
  return Promise.all([
    queries.appKey.findMany({ where, orderBy, ...pageWindow(page) }),
    countAppKeys(queries, projectId),
  ]);
}

/** How many appKeys a project has. For a limit, ask under the project's lock. */
export function countAppKeys(queries: Queries, projectId: string): Promise<number> {
  return queries.appKey.count({ where: { projectId } });
}

/** An appKey of a project; null when there is none. */
export function findAppKey(queries: Queries, projectId: string, appKeyId: string): Promise<AppKeyRow | null> {
  return queries.appKey.findFirst({ where: { id: appKeyId, projectId } });
}

/** Adds an appKey with a value of its own to a project. */
export function insertAppKey(
  queries: Queries,
  appKey: { projectId: string; name: string; expiresAt?: Date | null },
): Promise<AppKeyRow> {
  return queries.appKey.create({ data: { id: newId(), value: newAppKeyValue(), ...appKey } });
}

/** Changes an appKey that exists; what is undefined stays. */
export function updateAppKey(
  queries: Queries,
  appKeyId: string,
  data: { name: string; disabled: boolean | undefined; expiresAt: Date | null | undefined },
): Promise<AppKeyRow> {
  return queries.appKey.update({ where: { id: appKeyId }, data: { ...data, updatedAt: new Date() } });
}

export async function deleteAppKey(queries: Queries, appKeyId: string): Promise<void> {
  await queries.appKey.delete({ where: { id: appKeyId } });
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
