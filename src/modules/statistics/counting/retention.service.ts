import { Injectable } from '@nestjs/common';
import { Database, Sweeper } from '../../../database/index.js';
import { removals } from './retention.queries.js';

/** Removes counts past the retention and of stages that are gone. */
@Injectable()
export class RetentionService extends Sweeper {
  constructor(database: Database) {
    super(database, {
      removals,
      intervalMs: 600_000,
      portion: 5000,
      problem: 'old statistics could not be removed',
    });
  }
}
