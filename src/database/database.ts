import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { AppError, type ErrorKey } from '../errors/index.js';
import { ContextValue } from '../kernel/context.js';
import { Turns } from '../kernel/turns.js';
import { Change, type Work } from './change.js';
import { type Prisma, PrismaClient } from './client/client.js';
import { databaseFault, type DatabaseFault } from './pg-errors.js';
import { joinedClient } from './joined-client.js';
import { runSession, type SessionOptions, SessionPool } from './session.js';
import { runInSession, runOnPool } from './statements.js';

/** What queries run on: the client itself or a transaction of it. */
export type Queries = Prisma.TransactionClient;

/** How an operation names the failures of its queries. */
export interface FaultNames {
  /** The error for a violated unique index, by the index's name. */
  readonly unique?: Readonly<Record<string, ErrorKey>>;
  /** The error for any other failed query while the database is in reach; when absent, a general one. */
  readonly otherwise?: ErrorKey;
}

/** How a transaction runs. */
export interface TransactionOptions extends FaultNames {
  /**
   * What the transaction locks first: the id of a service for what is in it; of a project for its lists (services, API
   * keys, usage plans, custom domains, members, appKeys) and what is in those; of a user for its list of access keys;
   * of an access key for its tokens; or a name, such as ADMINISTRATORS_TURN, for a lock of the whole installation.
   * Transactions of one such thing take turns before they take a connection: those that would only wait for each
   * other's lock must not hold all connections of this process while others wait for one.
   */
  readonly turnOf?: string;
}

const POOL_SIZE = 20;
/**
 * A server that is in reach and silent costs a call this and a second, and as much again when it fell silent only after
 * the call had failed by itself: for the ROLLBACK.
 */
const STATEMENT_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;
const TRANSACTION_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 5;

/** The connection to PostgreSQL and the way to run transactions on it. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly prisma: PrismaClient;
  private readonly pool: SessionPool;
  private readonly within = new ContextValue<Queries>();
  private readonly log = new Logger(Database.name);
  private readonly turns = new Turns();

  constructor(readonly url: string) {
    this.pool = new SessionPool({
      connectionString: url,
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: STATEMENT_TIMEOUT_MS + 1000,
      keepAlive: true,
      application_name: 'gatewright control plane',
    });
    const adapter = new PrismaPg(this.pool);
    this.prisma = new PrismaClient({ adapter, errorFormat: 'minimal' });
    runOnPool(this.prisma, this.pool);
  }

  /** What single queries run on. */
  get client(): Queries {
    return this.within.current ?? this.prisma;
  }

  /** Connections of this process that work, and that do not; calls that wait for one. */
  get connections(): { readonly busy: number; readonly idle: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
  }

  /** Runs reads as a transaction sees the database, those too that do not know of it. */
  readWithin<T>(queries: Queries, read: () => Promise<T>): Promise<T> {
    return this.within.run(queries, read);
  }

  /**
   * Runs a short transaction, all or nothing; no network call belongs into it.
   * Serialization failures and deadlocks are tried again, lost connections are not: they may have been committed.
   * Within a {@link Change} it resolves before the commit, which waits for the answer to the caller.
   * @throws AppError as `options` names it, and whatever `run` throws.
   */
  async transaction<T>(name: string, run: Work<T>, options: TransactionOptions = {}): Promise<T> {
    const start = (work: Work<T>): Promise<T> => {
      const attempt = () => this.attempt(name, work, options);
      return options.turnOf === undefined ? attempt() : this.turns.run(options.turnOf, attempt);
    };
    return Change.current ? Change.current.begin(run, start) : start(run);
  }

  /**
   * Runs reads that must fit each other: all see the database as it is at the first of them.
   * @throws AppError DATABASE_FAILED, and whatever `run` throws.
   */
  async readAtOnce<T>(run: (queries: Queries) => Promise<T>): Promise<T> {
    const outer = this.within.current;
    if (outer) return run(outer);
    try {
      return await this.begin(run, 'BEGIN ISOLATION LEVEL REPEATABLE READ');
    } catch (error) {
      throw nameFault(error);
    }
  }

  private async attempt<T>(name: string, run: Work<T>, faults: FaultNames): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.begin(run);
      } catch (error) {
        if (attempt < MAX_ATTEMPTS && !Change.current?.hasResult && databaseFault(error)?.kind === 'retry') {
          this.log.warn(`transaction ${name} is tried again after a conflict (attempt ${attempt})`);
          continue;
        }
        throw nameFault(error, faults);
      }
    }
  }

  private begin<T>(run: Work<T>, begin: SessionOptions['begin'] = 'BEGIN'): Promise<T> {
    return runSession(this.pool, { begin, timeoutMs: TRANSACTION_TIMEOUT_MS }, (session) => {
      const queries = joinedClient(this.prisma, () => session.open(this.prisma));
      runInSession(queries, session);
      return run(queries);
    });
  }

  /** Comes when the last call is answered: until then calls need the database. */
  async onApplicationShutdown(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}

/**
 * A database error as the AppError that answers it; anything else unchanged. A write that lost against an identical
 * one, or against others time after time, is a DUPLICATE_REQUEST where the operation has no code of its own.
 */
export function nameFault(error: unknown, faults: FaultNames = {}): unknown {
  const fault = error instanceof AppError ? null : databaseFault(error);
  if (fault === null) return error;
  return new AppError(keyOf(fault, faults), [], { cause: error });
}

function keyOf(fault: DatabaseFault, { unique, otherwise }: FaultNames): ErrorKey {
  if (fault.kind === 'unreachable') return 'DATABASE_FAILED';
  if (fault.kind === 'failed') return otherwise ?? 'DATABASE_FAILED';
  const named = fault.kind === 'unique' ? unique?.[fault.constraint] : undefined;
  return named ?? otherwise ?? 'DUPLICATE_REQUEST';
}
