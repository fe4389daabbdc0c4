import { ContextValue } from '../kernel/context.js';
import { Deferred } from '../kernel/deferred.js';
import type { Queries } from './database.js';

/** What takes part in the transaction of a change. Each may throw, and then nothing of the change stays. */
export interface ChangePart {
  /** Comes first in the transaction. */
  begin(queries: Queries): Promise<void>;
  /** Comes whenever the transaction has got a lock, before it changes what it has locked. */
  locked(queries: Queries): Promise<void>;
  /** Comes last, when it is known what the caller will be answered. `told` is null when the work told nothing. */
  end(queries: Queries, answer: unknown, told: ToldChange | null): Promise<void>;
}

/** What a change has made of what, as the work itself tells it. */
export interface ToldChange {
  readonly before: object;
  readonly after: object;
}

const changes = new ContextValue<Change>();

/**
 * A change that a call of the management API makes. It has one transaction, and that is not committed before the
 * answer to the caller is known: so what tells of the change, its answer included, is stored with it or not at all.
 */
export class Change {
  private readonly answer = new Deferred<unknown>();
  private ending: Promise<unknown> | null = null;
  private resulted = false;
  private told: ToldChange | null = null;

  constructor(private readonly part: ChangePart) {}

  /** The change that the code belongs to which asks; undefined outside of one. */
  static get current(): Change | undefined {
    return changes.current;
  }

  /** Whether the work of the transaction is done, and the answer waited for. It cannot be done again then. */
  get hasResult(): boolean {
    return this.resulted;
  }

  /** Runs what makes the change; transactions in it are the change's. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return changes.run(this, work);
  }

  /** Tells what the transaction of the change that is being made, if any, has made of what. */
  static tell(told: ToldChange): void {
    if (changes.current) changes.current.told = told;
  }

  /** Begins the transaction, which does `work`; `start` runs it. Resolves with the work's result before the commit. */
  begin<T>(work: (queries: Queries) => Promise<T>, start: (whole: Work<T>) => Promise<T>): Promise<T> {
    if (this.ending) throw new Error('A change has one transaction; this is a second one');
    const result = new Deferred<T>();
    const ended = start(async (queries) => {
      this.told = null;
      await this.part.begin(queries);
      const value = await work(queries);
      this.resulted = true;
      result.resolve(value);
      await this.part.end(queries, await this.answer.promise, this.told);
      return value;
    });
    this.ending = ended;
    return Promise.race([result.promise, ended]).catch((error: unknown) => {
      // It was rolled back, and what comes next may be another attempt.
      this.ending = null;
      throw error;
    });
  }

  /** Tells the parts of the change that a lock has been got. */
  async locked(queries: Queries): Promise<void> {
    if (!this.resulted) await this.part.locked(queries);
  }

  /** Ends the change with the answer to the caller. @throws whatever keeps it from being committed */
  async settle(answer: unknown): Promise<void> {
    this.answer.resolve(answer);
    await this.ending;
  }

  /** Ends the change without an answer: nothing of it stays. Resolves when that is so. */
  async abandon(reason: unknown): Promise<void> {
    this.answer.reject(reason);
    await Promise.allSettled([this.ending]);
  }
}

/** What a transaction does. */
export type Work<T> = (queries: Queries) => Promise<T>;
