import { Injectable } from '@nestjs/common';
import type { Queries } from '../../database/index.js';
import {
  appKeyOfKept,
  readKept,
  type RecycleBinItemRow,
  restorationError,
  type Restored,
  type Restorer,
  Restorers,
  restoreRows,
  restoreTables,
} from '../recycle-bin/index.js';
import type { Tenant } from '../tenancy/index.js';
import { findTakenHashes } from './api-keys.queries.js';

/** Puts back deleted API keys, which were connected to no stage, with their values and counts. */
@Injectable()
export class ApiKeysRestorer implements Restorer {
  readonly within = 'project';
  readonly unique = { api_key_value_pkey: 'API_KEY_DUPLICATED' } as const;

  constructor(restorers: Restorers) {
    restorers.add('API_KEY', this);
  }

  /** @throws AppError API_KEY_DUPLICATED */
  async restore(queries: Queries, tenant: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    await demandFreeValues(queries, item.id);
    const instead = { app_key_id: await appKeyOfKept(queries, tenant, item.id, 'api_key') };
    await restoreRows(queries, item.id, 'api_key', { instead });
    await restoreTables(queries, item.id, ['api_key_value', 'api_key_metric']);
    return { replacedItemId: null, leftOutCustomDomains: [] };
  }
}

/** Names the values that somebody has taken meanwhile. One that is taken right now violates `api_key_value_pkey`. */
async function demandFreeValues(queries: Queries, itemId: string): Promise<void> {
  const kept = await readKept(queries, itemId, 'api_key_value', ['hash', 'type']);
  const values = kept.map(({ hash, type }) => ({ hash: hash ?? '', type }));
  const taken = await findTakenHashes(
    queries,
    values.map(({ hash }) => hash),
  );
  const obstacles = values
    .filter(({ hash }) => taken.has(hash))
    .map(({ type }) => ({ field: type === 'PRIMARY' ? 'primaryApiKey' : 'secondaryApiKey', message: 'is in use' }));
  if (obstacles.length > 0) throw restorationError('API_KEY_DUPLICATED', obstacles);
}
