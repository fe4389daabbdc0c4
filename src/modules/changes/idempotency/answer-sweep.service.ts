import { Injectable } from '@nestjs/common';
import { Database, Sweeper } from '../../../database/index.js';
import { removeOldAnswers } from './idempotency.queries.js';

/** Removes answers that are too old to be given again. */
@Injectable()
export class AnswerSweepService extends Sweeper {
  constructor(database: Database) {
    super(database, {
      removals: [removeOldAnswers],
      intervalMs: 600_000,
      portion: 1000,
      problem: 'old answers could not be removed',
    });
  }
}
