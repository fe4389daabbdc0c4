import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../../database/index.js';
import { Recurring } from '../../../kernel/recurring.js';
import { deleteExpiredTokens } from './tokens.queries.js';

const SWEEP_INTERVAL_MS = 60_000;
/** Tokens of one query: it must not keep the table busy for long. */
const BATCH_SIZE = 5000;

/** Removes expired tokens: at the start, and from then on every minute. */
@Injectable()
export class TokenSweepService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(TokenSweepService.name);
  private readonly sweeps = new Recurring(
    SWEEP_INTERVAL_MS,
    () => this.sweep(),
    (error) => this.log.warn('expired tokens could not be removed', error),
  );

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.sweeps.start(0);
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweeps.stop();
  }

  private async sweep(): Promise<void> {
    let removed = BATCH_SIZE;
    while (removed === BATCH_SIZE && !this.sweeps.isStopped) {
      removed = await deleteExpiredTokens(this.database.client, BATCH_SIZE);
    }
  }
}
