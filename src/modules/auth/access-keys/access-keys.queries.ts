import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';

/** An access key of a user; of its secret there is the hash alone. */
export type AccessKeyRow = Prisma.UserAccessKeyGetPayload<object>;

/** A page of a user's access keys, oldest first, and their number. */
export function listAccessKeys(queries: Queries, userId: string, page: PageQuery): Promise<[AccessKeyRow[], number]> {
  const where = { userId };
  return Promise.all([
    queries.userAccessKey.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], ...pageWindow(page) }),
    countAccessKeys(queries, userId),
  ]);
}

/** How many access keys a user has. For a limit, ask under the user's lock. */
export function countAccessKeys(queries: Queries, userId: string): Promise<number> {
  return queries.userAccessKey.count({ where: { userId } });
}

/** An access key of a user; null when there is none. */
export function findAccessKey(queries: Queries, userId: string, accessKeyId: string): Promise<AccessKeyRow | null> {
  return queries.userAccessKey.findFirst({ where: { id: accessKeyId, userId } });
}

/** Inserts an access key. */
export function insertAccessKey(
  queries: Queries,
  data: Pick<AccessKeyRow, 'id' | 'userId' | 'name' | 'secretHash'>,
): Promise<AccessKeyRow> {
  return queries.userAccessKey.create({ data });
}

/** Changes an access key that exists. */
export function updateAccessKey(
  queries: Queries,
  accessKeyId: string,
  data: Partial<Pick<AccessKeyRow, 'name' | 'disabled' | 'secretHash'>>,
): Promise<AccessKeyRow> {
  return queries.userAccessKey.update({ where: { id: accessKeyId }, data });
}

/** Deletes an access key with its tokens. */
export async function deleteAccessKey(queries: Queries, accessKeyId: string): Promise<void> {
  await queries.userAccessKey.delete({ where: { id: accessKeyId } });
}

/** An access key of any user with that user; null when there is none. */
export function findAccessKeyWithUser(
  queries: Queries,
  accessKeyId: string,
): Promise<Prisma.UserAccessKeyGetPayload<{ include: { user: true } }> | null> {
  return queries.userAccessKey.findUnique({ where: { id: accessKeyId }, include: { user: true } });
}

/** Disables all access keys of a user but one. */
export async function disableOtherAccessKeys(queries: Queries, userId: string, accessKeyId: string): Promise<void> {
  await queries.userAccessKey.updateMany({ where: { userId, NOT: { id: accessKeyId } }, data: { disabled: true } });
}
