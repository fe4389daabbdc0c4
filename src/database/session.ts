import pg from 'pg';
import { ContextValue } from '../kernel/context.js';
import { Deferred } from '../kernel/deferred.js';
import type { PrismaClient } from './client/client.js';
import type { Queries } from './database.js';
import { databaseFault } from './pg-errors.js';

/** What statements run on: the pool, or the connection of a transaction. */
export type Runner = Pick<pg.PoolClient, 'query'>;

/** How a transaction runs. */
export interface SessionOptions {
  /** The statement that begins it. */
  readonly begin: 'BEGIN' | 'BEGIN ISOLATION LEVEL REPEATABLE READ';
  /** When it is cut, and its connection with it. */
  readonly timeoutMs: number;
}

/** Prisma gives up behind the session, which has something to say then. */
const PRISMA_MARGIN_MS = 1000;
/** What Prisma sends to begin and to end a transaction. */
const BRACKETS = new Set(['BEGIN', 'COMMIT', 'ROLLBACK']);

/** The session that Prisma is to begin its transaction in. */
const joining = new ContextValue<Session>();

/** A pool that gives Prisma the connection of a session where it is to join that. */
export class SessionPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config);
    // Whoever uses a connection hears by its statements that it broke; without a listener that would end the process.
    this.on('connect', (connection) => connection.on('error', () => undefined));
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    if (!callback) return joining.current?.lend() ?? super.connect();
    super.connect(callback);
    return undefined;
  }
}

type ConnectCallback = Parameters<pg.Pool['connect']>[0];

/**
 * Runs a transaction on a connection of its own. Prisma does not begin it, which takes three times as long, but joins it
 * when a query of it is asked for.
 * @throws Error when it took too long or was rolled back by the server, and whatever `work` and the database throw
 */
export async function runSession<T>(
  pool: SessionPool,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = new Session(await pool.connect(), options.timeoutMs);
  try {
    await session.runner.query(options.begin);
    const value = await work(session);
    await session.commit();
    return value;
  } catch (error) {
    await session.rollBack(error);
    throw error;
  }
}

/** A transaction that runs, and its connection, which is nobody else's as long. */
export class Session {
  /** Nothing may be asked any more: it would run behind the end of the transaction, and stay. */
  private isEnding = false;
  /** The connection is given back, or up. */
  private isOver = false;
  private isLent = false;
  private opened: Promise<Queries> | null = null;
  private joined: Promise<void> | null = null;
  /** Told when Prisma is to leave. */
  private left: Deferred<void> | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly connection: pg.PoolClient,
    private readonly timeoutMs: number,
  ) {
    this.timer = setTimeout(() => this.end(new Error('it took too long')), timeoutMs);
  }

  /** @throws Error when the transaction has ended */
  get runner(): Runner {
    if (this.isEnding) throw hasEnded();
    return this.connection;
  }

  /** Prisma's client of this transaction. @throws Error when that has ended */
  async open(prisma: PrismaClient): Promise<Queries> {
    if (this.isEnding) throw hasEnded();
    return (this.opened ??= this.join(prisma));
  }

  private join(prisma: PrismaClient): Promise<Queries> {
    return new Promise((resolve, reject) => {
      const left = (this.left = new Deferred());
      const stay = (queries: Queries): Promise<void> => {
        resolve(queries);
        return left.promise;
      };
      const options = { timeout: this.timeoutMs + PRISMA_MARGIN_MS };
      this.joined = joining.run(this, () => prisma.$transaction(stay, options));
      this.joined.catch(reject);
    });
  }

  /** The connection for Prisma, once: there it neither begins nor ends a transaction. */
  lend(): Promise<pg.PoolClient> | null {
    if (this.isLent) return null;
    this.isLent = true;
    const lent = {
      query: async (query: pg.QueryConfig) => (BRACKETS.has(query.text) ? { rowCount: 0 } : this.runner.query(query)),
      on: () => lent,
      removeListener: () => lent,
      release: () => undefined,
    };
    return Promise.resolve(lent as unknown as pg.PoolClient);
  }

  /** @throws Error when a statement has failed before, and nothing of the transaction stays */
  async commit(): Promise<void> {
    await this.leave();
    if (this.isOver) throw hasEnded();
    // It may be made from now on, whatever is heard of it; that has a time of its own, as every statement.
    clearTimeout(this.timer);
    const { command } = await this.connection.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: a statement of it had failed');
    this.end();
  }

  /** Ends the transaction after a failure; a server that is away does so itself. */
  async rollBack(reason: unknown): Promise<void> {
    await Promise.allSettled([this.leave()]);
    if (this.isOver) return;
    if (databaseFault(reason)?.kind === 'unreachable') return this.end(reason);
    await this.connection.query('ROLLBACK').then(
      () => this.end(),
      (error: unknown) => this.end(error),
    );
  }

  private async leave(): Promise<void> {
    this.isEnding = true;
    this.left?.resolve();
    await this.joined;
  }

  /** Gives the connection back, or has it closed where something is wrong with it. */
  private end(fault?: unknown): void {
    if (this.isOver) return;
    this.isEnding = true;
    this.isOver = true;
    clearTimeout(this.timer);
    this.connection.release(fault !== undefined);
  }
}

/** Its message is one of those that say that the database cannot be reached: the caller may try again. */
function hasEnded(): Error {
  return new Error('Connection terminated: the transaction has ended');
}
