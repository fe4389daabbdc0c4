import pg from 'pg';
import type { Runner } from './session.js';

/** A statement of which no more than `rows` are asked for at a time. */
export interface PortionedStatement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
  readonly rows: number;
}

/** What pg's query and connection have that its types do not tell. */
interface Connection {
  sync(): void;
}
interface Handlers {
  handleCommandComplete(message: unknown, connection: Connection): void;
  handleError(error: unknown, connection: Connection): void;
}
const Query = pg.Query as unknown as new (statement: PortionedStatement) => pg.Submittable & Handlers;

/**
 * pg sends no Sync with a statement that has a limit of rows, and none when that fails (brianc/node-postgres#3707): the
 * server would be silent from then on, and the ROLLBACK behind it wait for its time to end.
 */
class PortionedQuery extends Query {
  private isSynced = false;

  override handleCommandComplete(message: unknown, connection: Connection): void {
    this.isSynced = true;
    super.handleCommandComplete(message, connection);
  }

  override handleError(error: unknown, connection: Connection): void {
    if (error instanceof pg.DatabaseError && !this.isSynced) connection.sync();
    this.isSynced = true;
    super.handleError(error, connection);
  }
}

type WithCallback = (
  query: pg.Submittable,
  values: undefined,
  done: (error: Error | undefined, result: pg.QueryResult) => void,
) => void;

/** The rows of a statement, taken in in portions. Rejects as `query` of the runner does, which makes the stack its own, too. */
export async function rowsInPortions<Row>(runner: Runner, statement: PortionedStatement): Promise<Row[]> {
  try {
    return await run<Row>(runner, statement);
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  }
}

function run<Row>(runner: Runner, statement: PortionedStatement): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    (runner.query.bind(runner) as WithCallback)(new PortionedQuery(statement), undefined, (error, result) => {
      if (error) reject(error);
      else resolve(result.rows as Row[]);
    });
  });
}
