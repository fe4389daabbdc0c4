import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../../database/index.js';
import { Recurring } from '../../../kernel/recurring.js';
import { removals } from './retention.queries.js';

/** How often every replica looks for old rows. */
const SWEEP_INTERVAL_MS = 600_000;
/** Rows of one statement: few enough to hold nobody up. */
const PORTION = 5000;

/** Removes counts past the retention and of stages that are gone, portion by portion: at the start, then now and then. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(RetentionService.name);
  private readonly sweeps = new Recurring(
    SWEEP_INTERVAL_MS,
    () => this.sweep(),
    (error) => this.log.warn('old statistics could not be removed', error),
  );

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.sweeps.start(0);
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweeps.stop();
  }

  private async sweep(): Promise<void> {
    for (const remove of removals) {
      let removed = PORTION;
      while (removed === PORTION && !this.sweeps.isStopped) removed = await remove(this.database.client, PORTION);
    }
  }
}
