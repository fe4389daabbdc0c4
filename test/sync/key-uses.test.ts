import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import { AccessRows } from '../harness/access-rows.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { daysAgo, iso, sendBatch } from '../harness/metrics.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let rows: AccessRows;
let stageId: string;
let one: SpokenGateway;
let two: SpokenGateway;

beforeAll(async () => {
  stack = await useStack();
  // In the order in which they are read.
  one = new SpokenGateway(`a${newId()}`, stack);
  two = new SpokenGateway(`b${newId()}`, stack);
});

beforeEach(async () => {
  api = await stack.newProject();
  rows = await AccessRows.of(stack, api);
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  stageId = (await api.createStage(serviceId, 'http://127.0.0.1')).stageId;
});

const dayOf = (timeMs: number) => iso(timeMs).slice(0, 10);

describe('what gateways tell of API keys besides', () => {
  const quotasOf = async (apiKeyId: string) =>
    (
      await stack.query<{ gateway: string; period: string; used: string }>(
        `SELECT gateway_id AS gateway, period_id AS period, used FROM quota_use WHERE api_key_id = $1 ORDER BY 1`,
        [apiKeyId],
      )
    ).map(({ gateway, period, used }) => [gateway, period, Number(used)]);

  it('is kept of quotas by gateway: the most that was used of the newest period', async () => {
    const apiKeyId = await rows.addKey();
    const use = (used: number, periodId = '2026-11-21') => ({ quotaUses: [{ apiKeyId, stageId, periodId, used }] });
    await sendBatch(one, use(5));
    await sendBatch(one, use(3));
    await sendBatch(two, use(4));
    expect(await quotasOf(apiKeyId)).toEqual([
      [one.id, '2026-11-21', 5],
      [two.id, '2026-11-21', 4],
    ]);
    await sendBatch(one, use(1, '2026-11-22'));
    expect(await quotasOf(apiKeyId)).toContainEqual([one.id, '2026-11-22', 1]);
  });

  it('is kept of routes once a day, for a week and today', async () => {
    const apiKeyId = await rows.addKey();
    const called = (path: string, day: number) =>
      ({ apiKeyId, stageId, path, method: 'GET', day: dayOf(day) }) as const;
    const days = [
      called('/a', daysAgo(0)),
      called('/a', daysAgo(7)),
      called('/a', daysAgo(8)),
      called('/b', daysAgo(-1)),
    ];
    await Promise.all([sendBatch(one, { routeKeys: days }), sendBatch(two, { routeKeys: days })]);
    await sendBatch(one, { routeKeys: days });
    const found = await stack.query<{ day: string }>(
      'SELECT day::text FROM route_key_use WHERE api_key_id = $1 ORDER BY day',
      [apiKeyId],
    );
    expect(found.map(({ day }) => day)).toEqual([dayOf(daysAgo(7)), dayOf(daysAgo(0))]);
  });

  it('of keys and stages that do not exist, or of another project, is dropped; the rest is taken', async () => {
    const apiKeyId = await rows.addKey();
    const stranger = await (await AccessRows.of(stack, await stack.newProject())).addKey();
    const [use, route] = [
      { periodId: '2026-11', used: 1 },
      { path: '/a', method: 'GET', day: dayOf(daysAgo(0)) } as const,
    ];
    const pairs = [
      { apiKeyId, stageId },
      { apiKeyId: stranger, stageId },
      { apiKeyId: 'nobody', stageId },
      { apiKeyId, stageId: 'nowhere' },
    ];
    await sendBatch(one, {
      quotaUses: pairs.map((pair) => ({ ...pair, ...use })),
      routeKeys: pairs.map((pair) => ({ ...pair, ...route })),
    });
    expect(await quotasOf(apiKeyId)).toHaveLength(1);
    expect(await quotasOf(stranger)).toEqual([]);
    const found = await stack.query('SELECT 1 FROM route_key_use WHERE api_key_id = ANY($1)', [[apiKeyId, stranger]]);
    expect(found).toHaveLength(1);
  });
});
