import { type ProjectRole, type Queries, rowsOf } from '../../database/index.js';

/** An appKey of a path, and what the caller is in its project. */
export interface EnteredProject {
  readonly appKeyId: string;
  readonly projectId: string;
  /** Whether it is neither disabled nor expired. */
  readonly isUsable: boolean;
  /** Role of the user; null for a stranger and where no user was asked for. */
  readonly role: ProjectRole | null;
}

/** The project of an appKey with the role of a user in it; null for an unknown appKey. */
export async function findEnteredProject(
  queries: Queries,
  appKey: string,
  userId: string | null,
): Promise<EnteredProject | null> {
  const [row] = await rowsOf<EnteredProject>(queries)`
    SELECT a.id AS "appKeyId", a.project_id AS "projectId", m.role::text AS role,
           NOT a.disabled AND (a.expires_at IS NULL OR a.expires_at > now()) AS "isUsable"
    FROM app_key a LEFT JOIN project_member m ON m.project_id = a.project_id AND m.user_id = ${userId}
    WHERE a.value = ${appKey}`;
  return row ?? null;
}
