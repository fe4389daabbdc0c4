import { gathered, type ProjectRole, type Queries, rowsOf } from '../../database/index.js';

/** Whose a token is, whether it is good, and whether its user is. */
export interface TokenHolder {
  readonly userId: string;
  readonly accessKeyId: string;
  readonly projectId: string | null;
  readonly isAdministrator: boolean;
  /** Neither expired nor of a disabled access key. */
  readonly isGood: boolean;
  readonly isUserDisabled: boolean;
}

/** Who a token was given to, by its hash; null for an unknown one. */
export const findTokenHolder = gathered<string, TokenHolder>(async (queries, hashes) => {
  const rows = await rowsOf<TokenHolder & { readonly hash: string }>(queries)`
    SELECT t.hash, t.user_id AS "userId", t.access_key_id AS "accessKeyId", t.project_id AS "projectId",
           u.is_administrator AS "isAdministrator", u.disabled AS "isUserDisabled",
           t.expires_at > now() AND NOT k.disabled AS "isGood"
    FROM access_token t
    JOIN user_access_key k ON k.id = t.access_key_id
    JOIN user_account u ON u.id = t.user_id
    WHERE t.hash = ANY(${hashes})`;
  const byHash = new Map(rows.map(({ hash, ...holder }) => [hash, holder]));
  return hashes.map((hash) => byHash.get(hash) ?? null);
});

/** The role of a user in a project; null for a stranger, and for a project that does not exist. */
export async function findRole(queries: Queries, projectId: string, userId: string): Promise<ProjectRole | null> {
  const where = { projectId_userId: { projectId, userId } };
  return (await queries.projectMember.findUnique({ where, select: { role: true } }))?.role ?? null;
}
