import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../../database/index.js';
import { removals } from './retention.queries.js';

/** How often every replica looks for old rows. */
const SWEEP_INTERVAL_MS = 600_000;
/** Rows of one statement: few enough to hold nobody up. */
const PORTION = 5000;

/** Removes counts past the retention and of stages that are gone, portion by portion: at the start, then now and then. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(RetentionService.name);
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.scheduleSweep(0);
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  private scheduleSweep(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .catch((error: unknown) => this.log.warn('old statistics could not be removed', error))
        .finally(() => {
          if (!this.stopped) this.scheduleSweep(SWEEP_INTERVAL_MS);
        });
    }, delayMs);
  }

  private async sweep(): Promise<void> {
    for (const remove of removals) {
      let removed = PORTION;
      while (removed === PORTION && !this.stopped) removed = await remove(this.database.client, PORTION);
    }
  }
}
