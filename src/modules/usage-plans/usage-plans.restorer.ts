import { Injectable } from '@nestjs/common';
import type { Queries } from '../../database/index.js';
import {
  appKeyOfKept,
  type RecycleBinItemRow,
  type Restored,
  type Restorer,
  Restorers,
  restoreRows,
} from '../recycle-bin/index.js';
import type { Tenant } from '../tenancy/index.js';

/** Puts back deleted usage plans, which had no stages. */
@Injectable()
export class UsagePlansRestorer implements Restorer {
  readonly within = 'project';

  constructor(restorers: Restorers) {
    restorers.add('USAGE_PLAN', this);
  }

  async restore(queries: Queries, tenant: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    const instead = { app_key_id: await appKeyOfKept(queries, tenant, item.id, 'usage_plan') };
    await restoreRows(queries, item.id, 'usage_plan', { instead });
    return { replacedItemId: null, leftOutCustomDomains: [] };
  }
}
