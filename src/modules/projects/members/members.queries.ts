import type { Prisma, ProjectRole, Queries } from '../../../database/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';

/** A membership with its user. */
export type MemberRow = Prisma.ProjectMemberGetPayload<{ include: { user: true } }>;

const withUser = { user: true } as const;

/** A page of a project's members, the oldest membership first, and their number. */
export function listMembers(queries: Queries, projectId: string, page: PageQuery): Promise<[MemberRow[], number]> {
  const where = { projectId };
  const orderBy: Prisma.ProjectMemberOrderByWithRelationInput[] = [{ createdAt: 'asc' }, { userId: 'asc' }];
  return Promise.all([
    queries.projectMember.findMany({ where, orderBy, include: withUser, ...pageWindow(page) }),
    queries.projectMember.count({ where }),
  ]);
}

/** A member of a project; null when the user is none. */
export function findMember(queries: Queries, projectId: string, userId: string): Promise<MemberRow | null> {
  return queries.projectMember.findUnique({ where: { projectId_userId: { projectId, userId } }, include: withUser });
}

/** Makes a user a member with this role, or gives a member this role. Call it with project and user held. */
export async function saveMember(
  queries: Queries,
  member: { projectId: string; userId: string; role: ProjectRole },
): Promise<MemberRow> {
  const { projectId, userId, role } = member;
  await queries.$executeRaw`
    INSERT INTO project_member (project_id, user_id, role) VALUES (${projectId}, ${userId}, ${role}::project_role)
    ON CONFLICT (project_id, user_id) DO UPDATE SET role = excluded.role, updated_at = now()`;
  const where = { projectId_userId: { projectId, userId } };
  return queries.projectMember.findUniqueOrThrow({ where, include: withUser });
}

/** Takes a member out. False when the user is none. */
export async function deleteMember(queries: Queries, projectId: string, userId: string): Promise<boolean> {
  return (await queries.projectMember.deleteMany({ where: { projectId, userId } })).count > 0;
}
