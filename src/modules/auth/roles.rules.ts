import type { ProjectRole } from '../../database/index.js';
import type { Caller } from './caller.js';

/** VIEWER reads, MEMBER does everything with what the project has made, ADMIN manages the project itself besides. */
const RANKS: Readonly<Record<ProjectRole, number>> = { VIEWER: 1, MEMBER: 2, ADMIN: 3 };

/** Every role, the least first. */
export const projectRoles = Object.freeze(Object.keys(RANKS) as ProjectRole[]);

/** Whether a role is enough; null is nobody's. */
export function isAtLeast(role: ProjectRole | null, demanded: ProjectRole): boolean {
  return role !== null && RANKS[role] >= RANKS[demanded];
}

/** The role that counts: administrators of the installation are let into every project as ADMIN. */
export function effectiveRole(caller: Pick<Caller, 'isAdministrator'>, role: ProjectRole | null): ProjectRole | null {
  return caller.isAdministrator ? 'ADMIN' : role;
}

/** Whether a token is for a project: one that names another project is not. */
export function isTokenFor(caller: Pick<Caller, 'projectId'>, projectId: string): boolean {
  return caller.projectId === null || caller.projectId === projectId;
}

/** Whether the caller may do what concerns the whole installation. */
export function mayAdminister(caller: Caller): boolean {
  return caller.isAdministrator && caller.projectId === null;
}

/** Whether the caller may manage a user's access keys. A token for one project must not bring one for all. */
export function mayManageKeysOf(caller: Caller, userId: string): boolean {
  return caller.projectId === null && (caller.isAdministrator || caller.userId === userId);
}
