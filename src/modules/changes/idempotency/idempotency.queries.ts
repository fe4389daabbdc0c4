import { byPlace, gathered, type Queries, rowsOf, type SqlPart } from '../../../database/index.js';
import { ANSWERS_KEPT_HOURS } from './idempotency-key.rules.js';

/** A call by its key: whose, and which. */
export interface KeyedCall {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** An answer that is kept. */
export interface KeptAnswer {
  readonly fingerprint: string;
  readonly sealed: string;
}

/** Keeps other calls with the key out until the transaction ends. False when one is running. */
export async function claimKey(queries: Queries, { scope, key }: KeyedCall): Promise<boolean> {
  const [row] = await rowsOf<{ claimed: boolean }>(queries)`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${JSON.stringify([scope, key])}, 0)) AS claimed`;
  return row?.claimed ?? false;
}

/** The answer to the call that had the key first; null when there was none within the time that answers are kept. */
export const findAnswer = gathered<Pick<KeyedCall, 'scope' | 'key'>, KeptAnswer>(async (queries, calls) => {
  const scopes = calls.map(({ scope }) => scope);
  const keys = calls.map(({ key }) => key);
  const rows = await rowsOf<KeptAnswer & { readonly place: number }>(queries)`
    SELECT asked.place::int, a.fingerprint, a.sealed
    FROM unnest(${scopes}::text[], ${keys}::text[]) WITH ORDINALITY AS asked (scope, key, place)
    JOIN idempotent_answer a ON a.scope = asked.scope AND a.key = asked.key
    WHERE a.created_at > now() - ${ANSWERS_KEPT_HOURS} * interval '1 hour'`;
  return byPlace(calls, rows);
});

/** Carries a statement out, for a call without a key. */
export async function carryOut(queries: Queries, statement: SqlPart): Promise<void> {
  await rowsOf(queries)`${statement}`;
}

/**
 * Carries a statement out and keeps the answer of a call, in place of one that is too old to be given again. Call it when
 * the key is claimed. False when there is one that is not: nothing must stay of what the call has done then.
 */
export async function carryOutAndKeep(
  queries: Queries,
  statement: SqlPart,
  call: KeyedCall,
  sealed: string,
): Promise<boolean> {
  const kept = await rowsOf(queries)`
    WITH carried_out AS (${statement})
    INSERT INTO idempotent_answer AS kept (scope, key, fingerprint, sealed)
    VALUES (${call.scope}, ${call.key}, ${call.fingerprint}, ${sealed})
    ON CONFLICT (scope, key) DO UPDATE
      SET fingerprint = excluded.fingerprint, sealed = excluded.sealed, created_at = now()
      WHERE kept.created_at <= now() - ${ANSWERS_KEPT_HOURS} * interval '1 hour'
    RETURNING key`;
  return kept.length > 0;
}

/** Puts a better answer in the place of the one that was kept. */
export async function improveAnswer(queries: Queries, call: KeyedCall, sealed: string): Promise<void> {
  await queries.$executeRaw`
    UPDATE idempotent_answer SET sealed = ${sealed}
    WHERE scope = ${call.scope} AND key = ${call.key} AND fingerprint = ${call.fingerprint}`;
}

/** Removes up to `limit` answers that are too old; gives their number. */
export function removeOldAnswers(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM idempotent_answer WHERE (scope, key) IN (
      SELECT scope, key FROM idempotent_answer
      WHERE created_at < now() - ${ANSWERS_KEPT_HOURS} * interval '1 hour'
      ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
}
