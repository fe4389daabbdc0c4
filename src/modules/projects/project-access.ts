import { holdProject, lockProject, type Queries } from '../../database/index.js';
import { type AppError, pathError } from '../../errors/index.js';
import type { Caller } from '../auth/index.js';
import { findProject, hasProject, type ProjectRow } from './projects.queries.js';

/** The project of a path as the caller sees it. @throws AppError INVALID_PARAMETER naming projectId */
export async function requireProject(queries: Queries, caller: Caller, projectId: string): Promise<ProjectRow> {
  const row = await findProject(queries, caller, projectId);
  if (!row) throw noProject();
  return row;
}

/** Demands that the project of a path exists. @throws AppError INVALID_PARAMETER naming projectId */
export async function requireExistingProject(queries: Queries, projectId: string): Promise<void> {
  if (!(await hasProject(queries, projectId))) throw noProject();
}

/** Locks the project of a path. @throws AppError INVALID_PARAMETER naming projectId */
export async function requireLockedProject(queries: Queries, projectId: string): Promise<void> {
  if (!(await lockProject(queries, projectId))) throw noProject();
}

/** Keeps the project of a path from being deleted. @throws AppError INVALID_PARAMETER naming projectId */
export async function requireHeldProject(queries: Queries, projectId: string): Promise<void> {
  if (!(await holdProject(queries, projectId))) throw noProject();
}

function noProject(): AppError {
  return pathError('projectId', 'is no project');
}
