import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';

export type UserRow = Prisma.UserGetPayload<object>;

/** A page of all users, oldest first, and their number. */
export function listUsers(queries: Queries, page: PageQuery): Promise<[UserRow[], number]> {
  return Promise.all([
    queries.user.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], ...pageWindow(page) }),
    queries.user.count(),
  ]);
}

export function findUser(queries: Queries, userId: string): Promise<UserRow | null> {
  return queries.user.findUnique({ where: { id: userId } });
}

/**
 * Whether somebody can administer the installation: an administrator who is not disabled and has an access key that is
 * not. Ask under the lock of the administrators.
 */
export async function hasUsableAdministrator(queries: Queries): Promise<boolean> {
  const where = { isAdministrator: true, disabled: false, accessKeys: { some: { disabled: false } } };
  return (await queries.user.findFirst({ where, select: { id: true } })) !== null;
}
