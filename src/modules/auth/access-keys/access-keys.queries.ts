import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';

export type AccessKeyRow = Prisma.UserAccessKeyGetPayload<object>;

/** A page of a user's access keys, oldest first, and their number. */
export function listAccessKeys(queries: Queries, userId: string, page: PageQuery): Promise<[AccessKeyRow[], number]> {
  const where = { userId };
  return Promise.all([
    queries.userAccessKey.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], ...pageWindow(page) }),
    countAccessKeys(queries, userId),
  ]);
}

export function countAccessKeys(queries: Queries, userId: string): Promise<number> {
  return queries.userAccessKey.count({ where: { userId } });
}

export function findAccessKey(queries: Queries, userId: string, accessKeyId: string): Promise<AccessKeyRow | null> {
  return queries.userAccessKey.findFirst({ where: { id: accessKeyId, userId } });
}
