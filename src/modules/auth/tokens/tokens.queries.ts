import type { Queries } from '../../../database/index.js';

/** An access key with what decides whether it opens anything. */
export interface AccessKeyHolder {
  readonly accessKeyId: string;
  readonly secretHash: string;
  readonly isDisabled: boolean;
  readonly userId: string;
  readonly isAdministrator: boolean;
  readonly isUserDisabled: boolean;
}

/** Whose an access key is; null for an unknown one. */
export async function findAccessKeyHolder(queries: Queries, accessKeyId: string): Promise<AccessKeyHolder | null> {
  const [row] = await queries.$queryRaw<AccessKeyHolder[]>`
    SELECT k.id AS "accessKeyId", k.secret_hash AS "secretHash", k.disabled AS "isDisabled",
           u.id AS "userId", u.is_administrator AS "isAdministrator", u.disabled AS "isUserDisabled"
    FROM user_access_key k JOIN user_account u ON u.id = k.user_id
    WHERE k.id = ${accessKeyId}`;
  return row ?? null;
}

/** A token to be stored. */
export interface NewToken {
  readonly hash: string;
  readonly userId: string;
  readonly accessKeyId: string;
  readonly projectId: string | null;
  readonly lifetimeSeconds: number;
}

/** Stores a token, by the database's clock. */
export async function insertToken(queries: Queries, token: NewToken): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO access_token (hash, user_id, access_key_id, project_id, created_at, expires_at)
    VALUES (${token.hash}, ${token.userId}, ${token.accessKeyId}, ${token.projectId}, clock_timestamp(),
            clock_timestamp() + ${token.lifetimeSeconds} * interval '1 second')`;
}

/** Keeps the newest `count` tokens of an access key. Call it under the lock of the access key. */
export async function keepNewestTokens(queries: Queries, accessKeyId: string, count: number): Promise<void> {
  await queries.$executeRaw`
    DELETE FROM access_token WHERE hash IN (
      SELECT hash FROM access_token WHERE access_key_id = ${accessKeyId}
      ORDER BY created_at DESC, hash OFFSET ${count})`;
}

/** A token that is good, as its owner sees it. */
export interface LiveToken {
  readonly accessKeyId: string;
  readonly projectId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** A token of a user by its hash; null when the user has none such, or it is good no more. */
export async function findLiveToken(queries: Queries, userId: string, hash: string): Promise<LiveToken | null> {
  const [row] = await queries.$queryRaw<LiveToken[]>`
    SELECT t.access_key_id AS "accessKeyId", t.project_id AS "projectId",
           t.created_at AS "createdAt", t.expires_at AS "expiresAt"
    FROM access_token t JOIN user_access_key k ON k.id = t.access_key_id
    WHERE t.hash = ${hash} AND t.user_id = ${userId} AND t.expires_at > now() AND NOT k.disabled`;
  return row ?? null;
}

/** Deletes a token of a user; gone already is fine. */
export async function deleteToken(queries: Queries, userId: string, hash: string): Promise<void> {
  await queries.accessToken.deleteMany({ where: { hash, userId } });
}

/** Deletes up to `count` tokens that have expired. */
export async function deleteExpiredTokens(queries: Queries, count: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM access_token WHERE hash IN (
      SELECT hash FROM access_token WHERE expires_at < now() ORDER BY expires_at LIMIT ${count} FOR UPDATE SKIP LOCKED)`;
}

/** Makes all tokens worthless that a user has got. */
export async function deleteTokensOfUser(queries: Queries, userId: string): Promise<void> {
  await queries.accessToken.deleteMany({ where: { userId } });
}
