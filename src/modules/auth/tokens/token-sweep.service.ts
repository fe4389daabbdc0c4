import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../../database/index.js';
import { deleteExpiredTokens } from './tokens.queries.js';

const SWEEP_INTERVAL_MS = 60_000;
/** Tokens of one query: it must not keep the table busy for long. */
const BATCH_SIZE = 5000;

/** Removes expired tokens: at the start, and from then on every minute. */
@Injectable()
export class TokenSweepService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(TokenSweepService.name);
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.run();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  private run(): void {
    this.sweeping = this.sweep()
      .catch((error: unknown) => this.log.warn('expired tokens could not be removed', error))
      .finally(() => {
        if (!this.isClosed) this.timer = setTimeout(() => this.run(), SWEEP_INTERVAL_MS);
      });
  }

  private async sweep(): Promise<void> {
    let removed = BATCH_SIZE;
    while (removed === BATCH_SIZE && !this.isClosed) {
      removed = await deleteExpiredTokens(this.database.client, BATCH_SIZE);
    }
  }
}
