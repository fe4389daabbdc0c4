import type { ErrorKey } from '../../src/errors/index.js';
import type { ApiAnswer } from './api.js';
import { expectError } from './expectations.js';
import type { Stack } from './stack.js';

/*
 * One control plane lets calls take turns, so that many clients of it do not show that a lock is missing. In an
 * encounter another transaction holds what a call has to lock, and changes what the call depends on while that waits.
 */

/** A statement with its values. */
export type Sql = [text: string, ...values: unknown[]];

/** What another transaction does, and a call that comes in the middle of it. */
export interface Encounter<Answer> {
  /** Comes before the call: the lock, or a change. */
  readonly before: Sql;
  readonly call: () => Promise<Answer>;
  /** Comes while the call waits. */
  readonly meanwhile?: Sql;
}

/** An encounter after which the call has to be refused. */
export interface RefusedEncounter extends Encounter<ApiAnswer> {
  readonly key: ErrorKey;
  readonly fields?: string[];
}

/** The weakest lock that shuts out those of the control plane. Checks of foreign keys do not wait for it. */
export const holdRow = (table: string, id: string): Sql => [
  `SELECT 1 FROM ${table} WHERE id = $1 FOR NO KEY UPDATE`,
  id,
];

export const deleteRow = (table: string, id: string): Sql => [`DELETE FROM ${table} WHERE id = $1`, id];

/** Has the call wait for the other transaction, and gives its answer. @throws Error when it does not wait */
export async function answerAfter<Answer>(
  stack: Stack,
  { before, call, meanwhile }: Encounter<Answer>,
): Promise<Answer> {
  const other = await stack.connect();
  try {
    await other.query('BEGIN');
    await other.query(before[0], before.slice(1));
    const answering = call();
    await stack.waitForLockWaiter(other);
    if (meanwhile) await other.query(meanwhile[0], meanwhile.slice(1));
    await other.query('COMMIT');
    return await answering;
  } finally {
    await other.end();
  }
}

/** {@link answerAfter}, and demands the error. */
export async function expectRefusal(stack: Stack, encounter: RefusedEncounter): Promise<void> {
  expectError(await answerAfter(stack, encounter), encounter.key, encounter.fields);
}
