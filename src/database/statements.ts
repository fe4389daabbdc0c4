import { createHash } from 'node:crypto';
import type { Queries } from './database.js';
import { rowsInPortions } from './portioned-query.js';
import { type Runner, type Session, SessionPool } from './session.js';

/*
 * Statements that go to PostgreSQL past Prisma, which takes 250 µs of this process for each that pg takes 70 for. For
 * what every call does, and for what many calls read: bench/control-plane.ts tells what it is worth.
 */

const NAME_LENGTH = 16;

const runners = new WeakMap<Queries, () => Runner>();

/** Has the statements of a client that is no transaction run on a pool. */
export function runOnPool(queries: Queries, pool: SessionPool): void {
  runners.set(queries, () => pool);
}

/** Whether the statements of a client run on a pool: it is no transaction. */
export function isOfPool(queries: Queries): boolean {
  return runners.get(queries)?.() instanceof SessionPool;
}

/** Has the statements of the client of a transaction run on its connection. */
export function runInSession(queries: Queries, session: Session): void {
  runners.set(queries, () => session.runner);
}

/** A piece of SQL, of texts with values between them. */
export class SqlPart {
  constructor(
    readonly texts: readonly string[],
    readonly values: readonly unknown[] = [],
  ) {}
}

/** A piece of SQL for {@link rowsOf}; never from outside. */
export function sqlPart(text: string): SqlPart {
  return new SqlPart([text]);
}

/** A statement that is a part of another one, with its values: sqlStatement`INSERT INTO …${value}…`. */
export function sqlStatement(texts: TemplateStringsArray, ...values: unknown[]): SqlPart {
  return new SqlPart(texts, values);
}

/**
 * The rows of a statement, which is prepared once on every connection: rowsOf<Row>(queries)`SELECT …${value}…`.
 * Values are what pg takes and gives: dates for timestamptz, numbers for int, texts for bigint; a {@link sqlPart} and a
 * {@link sqlStatement} stand for themselves. `rowsAtATime` is for many or large rows: while this process takes in what has
 * come it answers nobody, so that no more than those are asked for at a time. The time of a statement is that of all its rows.
 */
export function rowsOf<Row extends object>(
  queries: Queries,
  rowsAtATime?: number,
): (texts: TemplateStringsArray, ...values: unknown[]) => Promise<Row[]> {
  return async (texts, ...values) => {
    const runner = runners.get(queries);
    if (!runner) throw new Error('These queries are of no Database');
    const sent: unknown[] = [];
    const text = textOf(texts, values, sent);
    const statement = { name: nameOf(text), text, values: sent };
    if (rowsAtATime !== undefined) return await rowsInPortions<Row>(runner(), { ...statement, rows: rowsAtATime });
    return (await runner().query<Row>(statement)).rows;
  };
}

/** The text of a statement; what it sends as parameters is added to `sent`. */
function textOf(texts: readonly string[], values: readonly unknown[], sent: unknown[]): string {
  let text = texts[0] ?? '';
  values.forEach((value, at) => {
    text += value instanceof SqlPart ? textOf(value.texts, value.values, sent) : `$${sent.push(value)}`;
    text += texts[at + 1] ?? '';
  });
  return text;
}

/** Names by text; there are as many as places in the code that have a statement. */
const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = createHash('sha256').update(text).digest('hex').slice(0, NAME_LENGTH);
  names.set(text, name);
  return name;
}
