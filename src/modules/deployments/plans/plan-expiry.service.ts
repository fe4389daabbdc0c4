import { Injectable } from '@nestjs/common';
import { Database, Sweeper } from '../../../database/index.js';
import { removeExpiredPlans } from './plans.queries.js';

/** Removes plans of deployments that expired long ago. */
@Injectable()
export class PlanExpiryService extends Sweeper {
  constructor(database: Database) {
    // Rows can be large.
    super(database, {
      removals: [removeExpiredPlans],
      intervalMs: 600_000,
      portion: 100,
      problem: 'expired deployment plans could not be removed',
    });
  }
}
