import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/database/client/client.js';
import { SecretBox } from '../../src/kernel/secret-box.js';
import { listApiKeys } from '../../src/modules/api-keys/api-keys.queries.js';
import { listSubscriptions } from '../../src/modules/usage-plans/subscriptions/subscriptions.queries.js';
import type { Json } from '../harness/api.js';
import { fillApiKeys } from '../harness/many-keys.js';
import { newPlanWorld, type PlanWorld } from '../harness/plans.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const KEYS = 100_000;
/** Every second key is connected to the stage. */
const CONNECTED = KEYS / 2;

let stack: PrivateStack;
let world: PlanWorld;
let plan: string;
let projectId: string;
/** A key made by the API, the last of all. */
let last: Json;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  world = await newPlanWorld(stack, 0);
  plan = await world.createConnectedPlan();
  const sealed = new SecretBox(await stack.dataKey()).seal('A'.repeat(40));
  const { stageId } = world.stage;
  projectId = await fillApiKeys(stack, { appKey: world.api.appKey, usagePlanId: plan, stageId, keys: KEYS, sealed });
  last = await world.createKey({ apiKeyName: 'the last' });
  await stack.query('VACUUM (ANALYZE) api_key, api_key_value, subscription');
}, 180_000);

afterAll(async () => {
  await stack.stop();
});

/** Ids of the keys that satisfy a condition, in the order of the list. */
async function expectedIds(condition: string): Promise<string[]> {
  const rows = await stack.query<{ id: string }>(`SELECT id FROM api_key k WHERE ${condition} ORDER BY created_at, id`);
  return rows.map(({ id }) => id);
}

async function page(path: string): Promise<{ totalCount: number; ids: string[] }> {
  const answer = await world.api.ok('GET', path);
  const rows: Json[] = answer.apiKeyList ?? answer.apiSubscriptionList;
  return { totalCount: answer.paging.totalCount, ids: rows.map((row) => row.apiKeyId) };
}

/** Demands that the pages of a list hold what they should: the first, one amid, the last, and none past the end. */
async function expectPages(path: string, expected: string[], limit: number): Promise<void> {
  const pages = Math.ceil(expected.length / limit);
  for (const number of new Set([1, 2, Math.ceil(pages / 2) || 1, pages || 1, pages + 1])) {
    const { totalCount, ids } = await page(`${path}limit=${limit}&page=${number}`);
    expect(totalCount).toBe(expected.length);
    expect(ids).toEqual(expected.slice((number - 1) * limit, number * limit));
  }
}

const connectable = () => `/stages/${world.stage.stageId}/apikeys/connectable?`;
const IS_FREE = 'NOT EXISTS (SELECT 1 FROM subscription s WHERE s.api_key_id = k.id)';

describe('among 100,000 API keys', () => {
  it.each([
    ['', 'true'],
    ['apiKeyStatus=INACTIVE&', `status = 'INACTIVE'`],
    ['apiKeyName=team%207%20&', `starts_with(name, 'team 7 ')`],
    ['apiKeyName=team&', `starts_with(name, 'team')`],
    ['apiKeyName=the&apiKeyStatus=ACTIVE&', `name = 'the last'`],
    ['apiKeyName=nobody&', 'false'],
  ])(
    'the list with the filter "%s" has what satisfies it, by pages in the order of creation',
    async (filter, condition) => {
      const expected = await expectedIds(condition);
      await expectPages(`/apikeys?${filter}`, expected, 10);
      await expectPages(`/apikeys?${filter}`, expected, 1000);
      await expectPages(`${connectable()}${filter}`, await expectedIds(`(${condition}) AND ${IS_FREE}`), 100);
    },
  );

  it('one is found by its values and its id', async () => {
    for (const filter of [
      `apiKey=${last.primaryApiKey}`,
      `apiKey=${last.secondaryApiKey}`,
      `apiKeyId=${last.apiKeyId}`,
    ]) {
      expect(await page(`/apikeys?${filter}`)).toEqual({ totalCount: 1, ids: [last.apiKeyId] });
      expect(await page(`${connectable()}${filter}`)).toEqual({ totalCount: 1, ids: [last.apiKeyId] });
    }
  });

  it('those of a stage are listed by pages, with the filters', async () => {
    const path = `${world.subscriptions(plan)}?`;
    const all = await expectedIds(`NOT (${IS_FREE})`);
    expect(all).toHaveLength(CONNECTED);
    await expectPages(path, all, 10);
    await expectPages(path, all, 1000);
    await expectPages(
      `${path}apiKeyName=team%208%20&`,
      await expectedIds(`starts_with(name, 'team 8 ') AND NOT (${IS_FREE})`),
      100,
    );
    await expectPages(`${path}apiKeyId=${all[7]}&`, all.slice(7, 8), 10);
  });

  it('an export holds all', async () => {
    const answer = await fetch(
      `${world.api.controlUrl}/v1.0/appkeys/${world.api.appKey}/apikeys/export?apiKeyStatus=INACTIVE`,
    );
    const numbers = [...(await answer.text()).matchAll(/ key (\d+),/g)].map(([, number]) => Number(number));
    const expected = await stack.query<{ n: number }>(
      `SELECT split_part(name, ' ', 4)::int AS n FROM api_key WHERE status = 'INACTIVE' ORDER BY created_at, id`,
    );
    expect(numbers).toEqual(expected.map(({ n }) => n));
  });

  it('pages are read from indexes in their order, and counts read no row twice', async () => {
    const place = { projectId, usagePlanId: plan, stageId: world.stage.stageId };
    const deep = { page: 5000, limit: 10 };
    const first = { page: 1, limit: 1000 };
    const { pages, counts } = await plansOf(async (queries) => {
      await listApiKeys(queries, projectId, {}, deep);
      await listApiKeys(queries, projectId, { status: 'ACTIVE', namePrefix: 'team' }, deep);
      await listApiKeys(queries, projectId, { connectableStageId: world.stage.stageId }, first);
      await listSubscriptions(queries, place, {}, deep);
    });
    expect([pages.length, counts.length]).toEqual([4, 4]);
    for (const text of pages) expect(text).not.toMatch(/Seq Scan|Sort/);
    // All keys are of this project: whoever counts them reads the table, but once, and looks nothing up row by row.
    for (const text of counts) expect(text).not.toMatch(/Nested Loop|Sort/);
    const {
      pages: [byValue],
      counts: [byValueCount],
    } = await plansOf(async (queries) => {
      await listApiKeys(queries, projectId, { hash: 'PRIMARYk00000007' }, first);
    });
    expect(byValue).toContain('api_key_value_pkey');
    expect(byValue).not.toContain('Seq Scan');
    expect(byValueCount).toContain('api_key_value_pkey');
    expect(byValueCount).not.toContain('Seq Scan');
  });
});

/** How the server reads for the pages and for the counts among the statements of `run`, each in their order. */
async function plansOf(run: (queries: PrismaClient) => Promise<void>): Promise<{ pages: string[]; counts: string[] }> {
  const adapter = new PrismaPg({ connectionString: stack.address.databaseUrl });
  const client = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] });
  const statements: { sql: string; values: unknown[] }[] = [];
  client.$on('query', ({ query, params }) => statements.push({ sql: query, values: JSON.parse(params) as unknown[] }));
  await run(client);
  await client.$disconnect();
  const plansOfThose = (form: RegExp) =>
    Promise.all(
      statements
        .filter(({ sql }) => form.test(sql))
        .map(async ({ sql, values }) => {
          const rows = await stack.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
          return rows.map((row) => row['QUERY PLAN']).join('\n');
        }),
    );
  return { pages: await plansOfThose(/^\s*SELECT [ks]\.id/), counts: await plansOfThose(/^\s*SELECT count\(/) };
}
