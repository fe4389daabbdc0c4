import { beforeAll, describe, expect, it } from '@jest/globals';
import { keptTables } from '../../src/modules/recycle-bin/kept-tables.js';
import type { Json } from '../harness/api.js';
import { newestItem, restoreNewest } from '../harness/recycle-bin.js';
import { makeRichService } from '../harness/rich-service.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;

beforeAll(async () => {
  stack = await useStack();
});

/**
 * The tables whose rows the database deletes together with rows of these, they included. An unlogged table holds only
 * what can be made again.
 */
async function tablesDeletedWith(tables: readonly string[]): Promise<string[]> {
  const rows = await stack.query<{ name: string }>(
    `WITH RECURSIVE deleted (name) AS (
       SELECT unnest($1::text[])
       UNION
       SELECT c.conrelid::regclass::text FROM pg_constraint c JOIN deleted d ON c.confrelid::regclass::text = d.name
       JOIN pg_class t ON t.oid = c.conrelid AND t.relpersistence = 'p'
       WHERE c.contype = 'f' AND c.confdeltype = 'c')
     SELECT name FROM deleted ORDER BY name`,
    [tables],
  );
  return rows.map(({ name }) => name);
}

describe('the tables of the recycle bin', () => {
  it('are all those that lose rows when a service, an API key or a usage plan is deleted', async () => {
    expect(keptTables.toSorted()).toEqual(await tablesDeletedWith(['service', 'api_key', 'usage_plan']));
  });

  it('are kept of a service that has something in each of them', async () => {
    const api = await stack.newProject();
    await makeRichService(api).then(({ service }) => api.ok('DELETE', service));
    const { contentList } = await newestItem(api, 'SERVICE');
    const kept = contentList.map(({ contentType }: Json) => contentType.toLowerCase());
    expect(kept.toSorted()).toEqual(await tablesDeletedWith(['service']));
    expect(kept).toEqual(keptTables.filter((table) => kept.includes(table)));
  });

  it('stand in an order in which each refers to earlier ones alone', async () => {
    const references = await stack.query<{ child: string; parent: string }>(
      `SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint
       WHERE contype = 'f' AND conrelid::regclass::text = ANY($1) AND confrelid::regclass::text = ANY($1)`,
      [keptTables],
    );
    expect(references.length).toBeGreaterThan(10);
    const orderOf = (table: string) => keptTables.findIndex((one) => one === table);
    expect(references.filter(({ child, parent }) => orderOf(child) <= orderOf(parent))).toEqual([]);
  });
});

describe('rows that were kept before a migration', () => {
  it('come back with the default of a column that they lack, without one that has gone', async () => {
    const api = await stack.newProject();
    const { usagePlan } = await api.ok('POST', '/usage-plans', { usagePlanName: 'old' });
    await api.ok('DELETE', `/usage-plans/${usagePlan.usagePlanId}`);
    const { recycleBinItemId } = await newestItem(api);
    await stack.query(
      `UPDATE recycle_bin_row SET content = content - 'updated_at' || '{"long_gone": [1]}' WHERE item_id = $1`,
      [recycleBinItemId],
    );
    await restoreNewest(api, 'USAGE_PLAN');
    const [restored] = (await api.ok('GET', '/usage-plans')).usagePlanList;
    expect(restored).toEqual({ ...usagePlan, updatedAt: restored.updatedAt });
    expect(Date.parse(restored.updatedAt)).toBeGreaterThan(Date.parse(usagePlan.updatedAt));
  });
});
