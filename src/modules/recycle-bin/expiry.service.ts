import { Injectable } from '@nestjs/common';
import { Database, Sweeper } from '../../database/index.js';
import { removals } from './expiry.queries.js';

/** Empties the recycle bin of what is kept no longer: at the start, then every minute. */
@Injectable()
export class ExpiryService extends Sweeper {
  constructor(database: Database) {
    // Rows can be large.
    super(database, {
      removals,
      intervalMs: 60_000,
      portion: 500,
      problem: 'the recycle bin could not be emptied',
    });
  }
}
