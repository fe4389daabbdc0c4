import { beforeAll, describe, expect, it } from '@jest/globals';
import { ACCESS_PAGE_ENTRIES, type AccessPage, accessPageSchema } from '../../src/contract/access.js';
import { newId } from '../../src/kernel/ids.js';
import { AccessRows } from '../harness/access-rows.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type Stack, useStack } from '../harness/stack.js';

const LONG_MS = 4000;

let stack: Stack;
let api: Api;
let rows: AccessRows;
let gateway: SpokenGateway;
let serviceId: string;
let stageId: string;
let planId: string;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
  rows = await AccessRows.of(stack, api);
  gateway = new SpokenGateway(newId(), stack);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  ({ stageId } = await api.createStage(serviceId, 'http://127.0.0.1'));
  planId = await rows.addPlan(7, ['MONTH', 1000]);
  await rows.connectStage(planId, stageId);
});

async function page(known = '', waitMs = 0, region = 'KR1'): Promise<AccessPage> {
  const query = new URLSearchParams({ region, known, waitMs: String(waitMs) }).toString();
  const answer = await gateway.call('GET', `/gateways/${gateway.id}/access?${query}`);
  expect(answer.status).toBe(200);
  return accessPageSchema.parse(await answer.json());
}

/** Pages until one says nothing; the last cursor is the last page's. */
async function pagesFrom(known = '', region = 'KR1'): Promise<AccessPage[]> {
  const pages = [await page(known, 0, region)];
  for (;;) {
    const next = await page(pages.at(-1)?.cursor, 0, region);
    if (next.cursor === pages.at(-1)?.cursor) return pages;
    pages.push(next);
  }
}

const endOf = (pages: AccessPage[]): string => pages.at(-1)?.cursor ?? '';
const keysOf = (pages: AccessPage[]) => pages.flatMap(({ keys }) => keys);

describe('the whole access document', () => {
  it('holds the keys of the region with their hashes and plans, and no key that may call nothing', async () => {
    const [active, inactive, single] = [await rows.addKey(), await rows.addKey('INACTIVE'), await rows.addKey()];
    await rows.subscribe([active, inactive], planId, stageId);
    const pages = await pagesFrom();
    expect(pages[0]?.startsAnew).toBe(true);
    const mine = new Map(keysOf(pages).map((key) => [key.id, key]));
    const hashes = [rows.hashOf(`${active}-1`), rows.hashOf(`${active}-2`)];
    expect(mine.get(active)).toEqual({ id: active, isActive: true, hashes, plans: { [stageId]: planId } });
    expect(mine.get(inactive)?.isActive).toBe(false);
    expect(mine.has(single)).toBe(false);
    const plan = { id: planId, requestsPerSecond: 7, quota: { unit: 'MONTH', limit: 1000 } };
    expect(pages.flatMap(({ plans }) => plans)).toContainEqual(plan);
    expect(JSON.stringify(pages)).not.toContain(`${active}-1`);
  });

  it('holds the request restriction policies', async () => {
    const policyId = await rows.addPolicy(serviceId, 5);
    const valueId = await rows.addPolicyValue(policyId, 'acme', 9, ['10.0.0.0/8']);
    const pages = await pagesFrom();
    expect(pages.flatMap(({ policies }) => policies)).toContainEqual({
      id: policyId,
      keyType: 'HEADER',
      keyName: 'X-Tenant',
      defaultRequestsPerSecond: 5,
      tellsRemaining: false,
    });
    const addresses = { type: 'ALLOW', list: ['10.0.0.0/8'] };
    const value = { id: valueId, policyId, value: 'acme', requestsPerSecond: 9, addresses };
    expect(pages.flatMap(({ policyValues }) => policyValues)).toContainEqual(value);
  });

  it('says nothing of other regions', async () => {
    const apiKeyId = await rows.addKey();
    await rows.subscribe([apiKeyId], planId, stageId);
    const group = `g${newId()}`;
    await stack.query('INSERT INTO server_group (id, region_code) VALUES ($1, $2)', [group, 'XX1']);
    const pages = await pagesFrom('', 'XX1');
    expect(pages.flatMap((one) => [...one.keys, ...one.plans, ...one.policies, ...one.policyValues])).toEqual([]);
    expect(pages.at(-1)?.isComplete).toBe(true);
    await stack.query('DELETE FROM server_group WHERE id = $1', [group]);
  });

  it('comes in pages; what changes while it is read comes after them', async () => {
    const ids = await rows.addKeys(2.5 * ACCESS_PAGE_ENTRIES);
    await rows.subscribe(ids, planId, stageId);
    const first = await page();
    expect([first.startsAnew, first.isComplete, first.keys.length <= ACCESS_PAGE_ENTRIES]).toEqual([true, false, true]);
    for (const id of [ids[0] ?? '', ids[1] ?? '']) await rows.setStatus(id, 'INACTIVE');
    await stack.query('DELETE FROM subscription WHERE api_key_id = $1', [ids[2]]);
    const late = await rows.addKey();
    await rows.subscribe([late], planId, stageId);
    const pages = [first, ...(await pagesFrom(first.cursor))];
    expect(pages.filter(({ isComplete }) => !isComplete).length).toBeGreaterThan(1);
    const known = new Map<string, boolean>();
    for (const one of pages) {
      for (const { id } of one.removed) known.delete(id);
      for (const { id, isActive } of one.keys) known.set(id, isActive);
    }
    expect(ids.map((id) => known.get(id))).toEqual(ids.map((_, at) => (at === 2 ? undefined : at > 2)));
    expect(known.get(late)).toBe(true);
    await stack.query('DELETE FROM subscription WHERE api_key_id = ANY($1)', [ids]);
    await stack.query('DELETE FROM api_key WHERE id = ANY($1)', [ids]);
  });
});

describe('a change', () => {
  /** Makes a change while a gateway waits; gives the page that wakes it. */
  async function pageOf(change: () => Promise<unknown>): Promise<AccessPage> {
    const known = endOf(await pagesFrom());
    const waiting = page(known, LONG_MS);
    const startedAt = performance.now();
    await change();
    const changed = await waiting;
    expect(performance.now() - startedAt).toBeLessThan(LONG_MS / 2);
    expect(changed.startsAnew).toBe(false);
    return changed;
  }

  it('of a key reaches who waits: connected, inactive, regenerated, disconnected', async () => {
    const id = await rows.addKey();
    const sql = {
      regenerate: `UPDATE api_key_value SET hash = $2 WHERE api_key_id = $1 AND type = 'SECONDARY'`,
      disconnect: 'DELETE FROM subscription WHERE api_key_id = $1',
    };
    expect((await pageOf(() => rows.subscribe([id], planId, stageId))).keys[0]).toMatchObject({ id, isActive: true });
    expect((await pageOf(() => rows.setStatus(id, 'INACTIVE'))).keys[0]).toMatchObject({ id, isActive: false });
    const hash = rows.hashOf(`${id}-new`);
    expect((await pageOf(() => stack.query(sql.regenerate, [id, hash]))).keys[0]?.hashes[1]).toBe(hash);
    expect((await pageOf(() => stack.query(sql.disconnect, [id]))).removed).toEqual([{ kind: 'KEY', id }]);
  });

  it('of a plan reaches who waits, once for all of its keys', async () => {
    const id = await rows.addPlan(null);
    expect((await pageOf(() => rows.connectStage(id, stageId))).plans).toEqual([
      { id, requestsPerSecond: null, quota: null },
    ]);
    const keys = await rows.addKeys(20);
    expect((await pageOf(() => rows.subscribe(keys, id, stageId))).keys).toHaveLength(20);
    const changed = await pageOf(() =>
      stack.query('UPDATE usage_plan SET requests_per_second = 3 WHERE id = $1', [id]),
    );
    expect([changed.plans[0]?.requestsPerSecond, changed.keys]).toEqual([3, []]);
    await pageOf(() => stack.query('DELETE FROM subscription WHERE usage_plan_id = $1', [id]));
    const gone = await pageOf(() => stack.query('DELETE FROM usage_plan_stage WHERE usage_plan_id = $1', [id]));
    expect(gone.removed).toEqual([{ kind: 'PLAN', id }]);
  });

  it('of a policy and its values reaches who waits', async () => {
    let policyId = '';
    let valueId = '';
    expect((await pageOf(async () => (policyId = await rows.addPolicy(serviceId, 1)))).policies).toHaveLength(1);
    const added = await pageOf(async () => (valueId = await rows.addPolicyValue(policyId, 'a', 2)));
    expect(added.policyValues[0]).toMatchObject({ id: valueId, policyId, value: 'a', addresses: null });
    const gone = await pageOf(() => stack.query('DELETE FROM restriction_policy WHERE id = $1', [policyId]));
    expect(gone.removed).toEqual([
      { kind: 'POLICY', id: policyId },
      { kind: 'POLICY_VALUE', id: valueId },
    ]);
  });

  it('of a name reaches nobody', async () => {
    const id = await rows.addKey();
    await rows.subscribe([id], planId, stageId);
    const known = endOf(await pagesFrom());
    await stack.query(`UPDATE api_key SET name = 'other' WHERE id = $1`, [id]);
    expect((await page(known)).cursor).toBe(known);
  });

  it('that was rolled back reaches nobody', async () => {
    const id = await rows.addKey();
    await rows.subscribe([id], planId, stageId);
    const known = endOf(await pagesFrom());
    const client = await stack.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE api_key SET status = 'INACTIVE' WHERE id = $1`, [id]);
    await client.query('ROLLBACK');
    await client.end();
    expect((await page(known)).cursor).toBe(known);
  });

  it('is seen in the order of commits: fifty writers at once, and a reader misses none of their last words', async () => {
    const ids = await rows.addKeys(50);
    await rows.subscribe(ids, planId, stageId);
    let cursor = endOf(await pagesFrom());
    const known = new Map<string, boolean>();
    let isWriting = true;
    const reading = (async () => {
      for (;;) {
        const wasWriting = isWriting;
        const next = await page(cursor, 100);
        for (const { id, isActive } of next.keys) known.set(id, isActive);
        if (!wasWriting && next.cursor === cursor) return;
        cursor = next.cursor;
      }
    })();
    await Promise.all(
      ids.map(async (id, at) => {
        const client = await stack.connect();
        // Some transactions stay open after their change, so that others begin later and end earlier.
        for (const status of ['INACTIVE', 'ACTIVE', at % 2 === 0 ? 'INACTIVE' : 'ACTIVE']) {
          await client.query('BEGIN');
          await client.query('UPDATE api_key SET status = $2::api_key_status WHERE id = $1', [id, status]);
          if (at % 5 === 0) await client.query('SELECT pg_sleep(0.02)');
          await client.query('COMMIT');
        }
        await client.end();
      }),
    );
    isWriting = false;
    await reading;
    expect(ids.map((id) => known.get(id))).toEqual(ids.map((_, at) => at % 2 !== 0));
  });
});

describe('a question', () => {
  it('that nothing answers ends after its wait, with nothing and the same cursor', async () => {
    const known = endOf(await pagesFrom());
    const startedAt = performance.now();
    const nothing = await page(known, 300);
    expect(performance.now() - startedAt).toBeGreaterThan(250);
    expect([nothing.cursor, nothing.startsAnew, nothing.keys]).toEqual([known, false, []]);
  });

  it('with a cursor of another database, another region, the future or none is answered with a whole document', async () => {
    const known = endOf(await pagesFrom());
    const [region, revision, time] = known.split('_');
    for (const foreign of [
      `${region}_${revision}_${Number(time) - 1}`,
      `XX1_${revision}_${time}`,
      `${region}_${Number(revision) + 100}_${time}`,
      'KR1_999999999999999999_1',
      'nothing',
      `${known}_KEYS~x`,
    ]) {
      expect((await page(foreign)).startsAnew).toBe(true);
    }
  });

  it('whose changes are forgotten is answered with a whole document', async () => {
    const id = await rows.addKey();
    const old = endOf(await pagesFrom());
    await rows.subscribe([id], planId, stageId);
    expect((await page(old)).startsAnew).toBe(false);
    const revision = old.split('_')[1];
    await stack.query('DELETE FROM access_change WHERE revision <= $1', [revision]);
    expect((await page(old)).startsAnew).toBe(true);
  });

  it('without the token, or that cannot be read, is refused', async () => {
    const path = `/gateways/${gateway.id}/access`;
    expect((await gateway.call('GET', `${path}?region=KR1`, undefined, 'other token')).status).toBe(401);
    for (const query of ['', '?region=kr1', '?region=KR1&waitMs=x', `?region=KR1&known=${'x'.repeat(201)}`]) {
      expect((await gateway.call('GET', path + query)).status).toBe(400);
    }
  });
});
