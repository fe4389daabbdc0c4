import { lockUser, type Queries } from '../../../database/index.js';
import { type AppError, pathError } from '../../../errors/index.js';
import { findUser, type UserRow } from './users.queries.js';

/** The user of a path. @throws AppError INVALID_PARAMETER naming userId */
export async function requireUser(queries: Queries, userId: string): Promise<UserRow> {
  const row = await findUser(queries, userId);
  if (!row) throw noUser();
  return row;
}

/** Locks the user of a path whose access keys are to be changed. @throws AppError INVALID_PARAMETER naming userId */
export async function requireLockedUser(queries: Queries, userId: string): Promise<void> {
  if (!(await lockUser(queries, userId))) throw noUser();
}

function noUser(): AppError {
  return pathError('userId', 'is no user');
}
