import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Recurring } from '../kernel/recurring.js';
import type { Database, Queries } from './database.js';

/** Removes up to `limit` rows that are too old; gives their number. */
export type Removal = (queries: Queries, limit: number) => Promise<number>;

/** What is removed in the background, and how. */
export interface SweepPlan {
  readonly removals: readonly Removal[];
  readonly intervalMs: number;
  /** Rows of one statement: few enough to hold nobody up. */
  readonly portion: number;
  /** What the log says when it fails; it is tried again. */
  readonly problem: string;
}

/** Removes what is too old, portion by portion: at the start, then again and again. Every replica does; they do not meet. */
export abstract class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(this.constructor.name);
  private readonly sweeps: Recurring;

  protected constructor(
    private readonly database: Database,
    private readonly plan: SweepPlan,
  ) {
    this.sweeps = new Recurring(
      plan.intervalMs,
      () => this.sweep(),
      (error) => this.log.warn(plan.problem, error),
    );
  }

  onApplicationBootstrap(): void {
    this.sweeps.start(0);
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweeps.stop();
  }

  private async sweep(): Promise<void> {
    const { removals, portion } = this.plan;
    for (const remove of removals) {
      let removed = portion;
      while (removed === portion && !this.sweeps.isStopped) removed = await remove(this.database.client, portion);
    }
  }
}
