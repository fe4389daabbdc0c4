import type { Prisma, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';
import { newId } from '../../../kernel/ids.js';

/** A user of the installation. */
export type UserRow = Prisma.UserGetPayload<object>;

/** A page of all users, oldest first, and their number. */
export function listUsers(queries: Queries, page: PageQuery): Promise<[UserRow[], number]> {
  return Promise.all([
    queries.user.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }], ...pageWindow(page) }),
    queries.user.count(),
  ]);
}

/** A user; null when there is none. */
export function findUser(queries: Queries, userId: string): Promise<UserRow | null> {
  return queries.user.findUnique({ where: { id: userId } });
}

/** Inserts a user under a new id. */
export function insertUser(queries: Queries, user: Pick<UserRow, 'name' | 'isAdministrator'>): Promise<UserRow> {
  return queries.user.create({ data: { id: newId(), ...user } });
}

/** Changes a user that exists. */
export function updateUser(
  queries: Queries,
  userId: string,
  data: Partial<Pick<UserRow, 'name' | 'isAdministrator' | 'disabled'>>,
): Promise<UserRow> {
  return queries.user.update({ where: { id: userId }, data: { ...data, updatedAt: new Date() } });
}

/** Deletes a user with its access keys, tokens and memberships. */
export async function deleteUser(queries: Queries, userId: string): Promise<void> {
  await queries.user.delete({ where: { id: userId } });
}

/** The oldest administrator who is not disabled; null when there is none. */
export function findFirstAdministrator(queries: Queries): Promise<UserRow | null> {
  const where = { isAdministrator: true, disabled: false };
  return queries.user.findFirst({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
}

/** Whether there is any user. */
export async function hasUser(queries: Queries): Promise<boolean> {
  return (await queries.user.findFirst({ select: { id: true } })) !== null;
}

/**
 * Whether somebody can administer the installation: an administrator who is not disabled and has an access key that is
 * not. Ask under the lock of the administrators.
 */
export async function hasUsableAdministrator(queries: Queries): Promise<boolean> {
  const where = { isAdministrator: true, disabled: false, accessKeys: { some: { disabled: false } } };
  return (await queries.user.findFirst({ where, select: { id: true } })) !== null;
}
