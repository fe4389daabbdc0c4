import { Injectable } from '@nestjs/common';
import { Database, Sweeper } from '../../../database/index.js';
import { deleteExpiredTokens } from './tokens.queries.js';

/** Removes expired tokens: at the start, and from then on every minute. */
@Injectable()
export class TokenSweepService extends Sweeper {
  constructor(database: Database) {
    super(database, {
      removals: [deleteExpiredTokens],
      intervalMs: 60_000,
      portion: 5000,
      problem: 'expired tokens could not be removed',
    });
  }
}
