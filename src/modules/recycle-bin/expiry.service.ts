import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { Recurring } from '../../kernel/recurring.js';
import { removals } from './expiry.queries.js';

/** How often every replica looks for items that are kept no longer. */
const SWEEP_INTERVAL_MS = 60_000;
/** Rows of one statement: few enough to hold nobody up, large ones too. */
const PORTION = 500;

/** Empties the recycle bin of what is kept no longer, portion by portion: at the start, then every minute. */
@Injectable()
export class ExpiryService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(ExpiryService.name);
  private readonly sweeps = new Recurring(
    SWEEP_INTERVAL_MS,
    () => this.sweep(),
    (error) => this.log.warn('the recycle bin could not be emptied', error),
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
