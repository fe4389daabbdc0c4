import { newestItem, restoreItem } from '../../harness/recycle-bin.js';
import type { Row } from './world.js';

export const recycleBinRows = {
  RECYCLE_BIN_ITEM_NOT_FOUND: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/recycle-bin/nope'),
  },
  RECYCLE_BIN_ITEM_NOT_RESTORABLE: {
    arrange: async (world) => {
      await world.api.ok('DELETE', `/usage-plans/${await world.usagePlan()}`);
      const item = await newestItem(world.api);
      await restoreItem(world.api, item);
      return () => restoreItem(world.api, item);
    },
    fields: ['recycleBinItemId'],
  },
} as const satisfies Record<string, Row>;
