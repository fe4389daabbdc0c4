import { byPlace, gathered, type ProjectRole, rowsOf } from '../../database/index.js';

/** An appKey of a path, and what the caller is in its project. */
export interface EnteredProject {
  readonly appKeyId: string;
  readonly projectId: string;
  /** Whether it is neither disabled nor expired. */
  readonly isUsable: boolean;
  /** Role of the user; null for a stranger and where no user was asked for. */
  readonly role: ProjectRole | null;
}

/** By which appKey, and which user, somebody enters. */
export interface Entrance {
  readonly appKey: string;
  readonly userId: string | null;
}

/** The project of an appKey with the role of a user in it; null for an unknown appKey. */
export const findEnteredProject = gathered<Entrance, EnteredProject>(async (queries, entrances) => {
  const appKeys = entrances.map(({ appKey }) => appKey);
  const userIds = entrances.map(({ userId }) => userId);
  const rows = await rowsOf<EnteredProject & { readonly place: number }>(queries)`
    SELECT asked.place::int, a.id AS "appKeyId", a.project_id AS "projectId", m.role::text AS role,
           NOT a.disabled AND (a.expires_at IS NULL OR a.expires_at > now()) AS "isUsable"
    FROM unnest(${appKeys}::text[], ${userIds}::text[]) WITH ORDINALITY AS asked (app_key, user_id, place)
    JOIN app_key a ON a.value = asked.app_key
    LEFT JOIN project_member m ON m.project_id = a.project_id AND m.user_id = asked.user_id`;
  return byPlace(entrances, rows);
});
