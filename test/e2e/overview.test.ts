import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AccessRows } from '../harness/access-rows.js';
import type { Json } from '../harness/api.js';
import { deployWithPlugins, type KeyedStage } from '../harness/keyed-stage.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const LIMIT_MS = 40_000;

let stack: PrivateStack;
let stage: KeyedStage;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 2, variables: { USAGE_INTERVAL_MS: '200' } });
  stage = await deployWithPlugins(stack, () => [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }]);
});

afterAll(() => stack.stop());

/** The health of the stage as soon as it is as it should be. */
async function healthWhen(isGood: (health: Json) => boolean): Promise<Json> {
  const { api, serviceId, stageId } = stage;
  for (const deadline = Date.now() + LIMIT_MS; ; await delay(100)) {
    const { stageHealth } = await api.ok('GET', `/services/${serviceId}/stages/${stageId}/health`);
    if (isGood(stageHealth)) return stageHealth;
    if (Date.now() > deadline) throw new Error(JSON.stringify(stageHealth));
  }
}

it('shows what real gateways served and counted, and one that is killed', async () => {
  const { api, serviceId, stageId, host } = stage;
  const rows = await AccessRows.of(stack, api);
  const plan = await rows.addPlan(null, ['DAY', 5]);
  await rows.connectStage(plan, stageId);
  const key = await rows.addKey();
  await rows.subscribe([key], plan, stageId);
  const call = () => api.request(host, 'GET', '/hello', { headers: { 'x-nhn-apikey': `${key}-1` } });
  // A new key reaches the gateways a moment after it is made.
  let refused = 0;
  for (; (await call()).status !== 200; await delay(20)) refused += 1;
  for (let calls = 1; calls < 4; calls += 1) expect((await call()).status).toBe(200);
  const counted = await healthWhen(({ keyNearQuotaCount, lastHour }) => {
    return keyNearQuotaCount === 1 && lastHour.callCount === 4 + refused;
  });
  expect(counted).toMatchObject({
    stageHealthStatus: 'HEALTHY',
    lastHour: { status4xxCount: refused, status5xxCount: 0 },
    keyNearQuotaList: [{ apiKeyId: key, stageId, used: 4, limit: 5 }],
    gatewayList: [{ gatewayStatus: 'SERVING' }, { gatewayStatus: 'SERVING' }],
  });
  expect((await api.ok('GET', `/services/${serviceId}/usage`)).serviceUsage.topRouteList).toMatchObject([
    { path: '/hello', methodType: 'GET' },
  ]);
  await stack.gateways[1]?.kill();
  const { gatewayList } = await healthWhen(({ stageHealthStatus }) => stageHealthStatus === 'DEGRADED');
  expect(gatewayList.map(({ gatewayStatus }: Json) => gatewayStatus).toSorted()).toEqual(['GONE', 'SERVING']);
}, 120_000);
