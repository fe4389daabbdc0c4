import type { Prisma, ProjectRole, Queries } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { type Caller, effectiveRole } from '../auth/index.js';

/** A project with what the caller is in it. */
export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly role: ProjectRole;
}

/** A page of the projects that the caller may enter, oldest first, and their number. */
export async function listProjects(queries: Queries, caller: Caller, page: PageQuery): Promise<[ProjectRow[], number]> {
  const where: Prisma.ProjectWhereInput = {
    ...(caller.projectId === null ? {} : { id: caller.projectId }),
    ...(caller.isAdministrator ? {} : { members: { some: { userId: caller.userId } } }),
  };
  const orderBy: Prisma.ProjectOrderByWithRelationInput[] = [{ createdAt: 'asc' }, { id: 'asc' }];
  const [rows, count] = await Promise.all([
    queries.project.findMany({ where, orderBy, include: membershipOf(caller), ...pageWindow(page) }),
    queries.project.count({ where }),
  ]);
  return [rows.flatMap((row) => asSeenBy(caller, row)), count];
}

/** The project as the caller sees it; null when it does not exist or the caller has no part in it. */
export async function findProject(queries: Queries, caller: Caller, projectId: string): Promise<ProjectRow | null> {
  const row = await queries.project.findUnique({ where: { id: projectId }, include: membershipOf(caller) });
  return (row && asSeenBy(caller, row)[0]) ?? null;
}

export async function hasProject(queries: Queries, projectId: string): Promise<boolean> {
  return (await queries.project.findUnique({ where: { id: projectId }, select: { id: true } })) !== null;
}

/** Makes a project and gives its id. */
export async function insertProject(queries: Queries, name: string): Promise<string> {
  return (await queries.project.create({ data: { id: newId(), name }, select: { id: true } })).id;
}

/** Renames a project that exists. */
export async function renameProject(queries: Queries, projectId: string, name: string): Promise<void> {
  await queries.project.update({ where: { id: projectId }, data: { name, updatedAt: new Date() } });
}

/** Deletes a project with its appKeys, memberships and tokens. */
export async function deleteProject(queries: Queries, projectId: string): Promise<void> {
  await queries.project.delete({ where: { id: projectId } });
}

/** Whether something was made in the project. Ask under the project's lock. */
export async function isProjectUsed(queries: Queries, projectId: string): Promise<boolean> {
  const some = { some: {} };
  const isUsed: Prisma.ProjectWhereInput[] = [
    { services: some },
    { apiKeys: some },
    { usagePlans: some },
    { customDomains: some },
  ];
  const used = await queries.project.findFirst({ where: { id: projectId, OR: isUsed }, select: { id: true } });
  return used !== null;
}

function membershipOf({ userId }: Caller) {
  return { members: { where: { userId } } } as const;
}

type WithMembership = Prisma.ProjectGetPayload<{ include: { members: true } }>;

/** Empty when the caller has no part in it. */
function asSeenBy(caller: Caller, { id, name, createdAt, updatedAt, members }: WithMembership): ProjectRow[] {
  const role = effectiveRole(caller, members[0]?.role ?? null);
  return role === null ? [] : [{ id, name, createdAt, updatedAt, role }];
}
