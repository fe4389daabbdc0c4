import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { quotaPeriod } from '../../src/kernel/quota-period.js';
import { AccessRows } from '../harness/access-rows.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

let stack: PrivateStack;
let api: Api;
let rows: AccessRows;
let serviceId: string;
let service: string;
let stageId: string;
let one: SpokenGateway;
let two: SpokenGateway;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0, variables: { DEPLOY_TIMEOUT_MS: '60000' } });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  await stack.query('DELETE FROM gateway');
  api = await stack.newProject(0);
  rows = await AccessRows.of(stack, api);
  serviceId = await api.createService();
  service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, mockDocument());
  stageId = (await api.createStage(serviceId, 'http://127.0.0.1', 'beta')).stageId;
  one = new SpokenGateway('one', stack);
  two = new SpokenGateway('two', stack);
});

const health = async (): Promise<Json> => (await api.ok('GET', `${service}/stages/${stageId}/health`)).stageHealth;
const usage = async (): Promise<Json> => (await api.ok('GET', `${service}/usage`)).serviceUsage;
const reasons = ({ reasonList }: Json) => reasonList.map(({ reasonCode }: Json) => reasonCode);

/** Deploys, and has the gateways say that they serve it. */
async function deployed(...gateways: SpokenGateway[]): Promise<string> {
  await Promise.all(gateways.map((gateway) => gateway.manifest()));
  const { deployId } = await api.ok('POST', `${service}/stages/${stageId}/deploys`, { deployDescription: 'first' });
  for (const gateway of gateways) await gateway.receipt(stageId);
  return deployId;
}

/** Calls that ended so long ago, as the gateways would have reported them. */
async function count(minutesAgo: number, [status2xx, status4xx, status5xx]: [number, number, number]): Promise<void> {
  const values = [stageId, minutesAgo, status2xx, status4xx, status5xx];
  for (const [unit, width] of [
    ['ONE_MINUTES', 'minute'],
    ['TEN_MINUTES', 'minute'],
  ]) {
    const startAt = `date_trunc('${width}', now() - $2 * interval '1 minute')`;
    await stack.query(
      `INSERT INTO stage_metric AS m (stage_id, unit, start_at, status_2xx, status_4xx, status_5xx, duration_ms)
       VALUES ($1, '${unit}', ${startAt}, $3, $4, $5, ($3::bigint + $4::bigint + $5::bigint) * 20) ON CONFLICT (stage_id, unit, start_at)
       DO UPDATE SET status_2xx = m.status_2xx + excluded.status_2xx, duration_ms = m.duration_ms + excluded.duration_ms`,
      values,
    );
    await stack.query(
      `INSERT INTO route_metric AS m (stage_id, unit, start_at, path, method, status_2xx, status_4xx, status_5xx)
       VALUES ($1, '${unit}', ${startAt}, '/hello', 'GET', $3, $4, $5) ON CONFLICT DO NOTHING`,
      values,
    );
  }
}

/** Keys that have used these shares of a quota of 100 per day. */
async function useQuota(used: readonly number[], periodId = quotaPeriod('DAY', Date.now()).id): Promise<string[]> {
  const plan = await rows.addPlan(null, ['DAY', 100]);
  await rows.connectStage(plan, stageId);
  const keys = await rows.addKeys(used.length);
  await rows.subscribe(keys, plan, stageId);
  for (const [at, key] of keys.entries()) {
    await stack.query(
      `INSERT INTO quota_use (stage_id, api_key_id, gateway_id, period_id, used) VALUES ($1, $2, 'one', $4, $3)`,
      [stageId, key, used[at], periodId],
    );
  }
  return keys;
}

describe('the health of a stage', () => {
  it('is NOT_DEPLOYED, with a draft that a deployment would make live', async () => {
    expect(await health()).toMatchObject({
      stageId,
      stageName: 'beta',
      stageHealthStatus: 'NOT_DEPLOYED',
      liveDeployment: null,
      lastDeployment: null,
      isDrifted: true,
      gatewayList: [],
      lastHour: { callCount: 0, averageDurationMs: 0 },
      keyNearQuotaCount: 0,
    });
  });

  it('is HEALTHY while every gateway that is alive serves what is live, with its age', async () => {
    const deployId = await deployed(one, two);
    await stack.query(`UPDATE deployment SET deployed_at = now() - interval '1 hour' WHERE id = $1`, [deployId]);
    const found = await health();
    expect(found).toMatchObject({
      stageHealthStatus: 'HEALTHY',
      reasonList: [],
      liveDeployment: { deployId, deployDescription: 'first' },
      lastDeployment: { deployId, deployStatus: 'COMPLETE', failureReason: null },
      isDrifted: false,
      changeCount: 0,
      aliveGatewayCount: 2,
      servingGatewayCount: 2,
      gatewayList: [
        { gatewayId: 'one', gatewayStatus: 'SERVING', servingSince: expect.any(String) },
        { gatewayId: 'two', gatewayStatus: 'SERVING', servingSince: expect.any(String) },
      ],
    });
    expect(Math.abs(found.liveDeployment.ageSeconds - 3600)).toBeLessThan(60);
  });

  it('tells a gateway that joined and is behind, one that refuses, and none at all', async () => {
    await deployed(one);
    await two.manifest();
    const behind = await health();
    expect([behind.stageHealthStatus, ...reasons(behind)]).toEqual(['DEGRADED', 'GATEWAYS_BEHIND']);
    expect(behind.gatewayList[1]).toMatchObject({ gatewayId: 'two', gatewayStatus: 'PENDING', servingSince: null });
    await two.receipt(stageId, 'no room');
    expect((await health()).gatewayList[1]).toMatchObject({ gatewayStatus: 'REFUSED', reason: 'no room' });
    await stack.query(`UPDATE gateway SET last_seen_at = now() - interval '1 minute'`);
    const gone = await health();
    expect([gone.stageHealthStatus, ...reasons(gone)]).toEqual(['DOWN', 'NO_GATEWAY_ALIVE', 'GATEWAYS_GONE']);
    expect(gone.gatewayList).toMatchObject([{ gatewayStatus: 'GONE' }, { gatewayStatus: 'GONE' }]);
  });

  it('counts a gateway that joined while a deployment runs, which is never told of what is live', async () => {
    await deployed(one);
    await api.ok('PUT', `${service}/stages/${stageId}`, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await api.ok('POST', `${service}/stages/${stageId}/deploys`);
    await two.receipt(stageId);
    expect(await health()).toMatchObject({ stageHealthStatus: 'HEALTHY', servingGatewayCount: 2 });
    await one.receipt(stageId);
  });

  it('tells a deployment that failed while the one before is served, and that the stage differs', async () => {
    const deployId = await deployed(one);
    await api.ok('PUT', `${service}/stages/${stageId}`, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await api.ok('POST', `${service}/stages/${stageId}/deploys`);
    await one.receipt(stageId, 'no room');
    const found = await health();
    expect([found.stageHealthStatus, ...reasons(found)]).toEqual(['DEGRADED', 'LAST_DEPLOYMENT_FAILED']);
    expect(found).toMatchObject({
      liveDeployment: { deployId },
      lastDeployment: { deployStatus: 'FAILURE', failureReason: 'Gateway one: no room' },
      isDrifted: true,
      changeCount: 1,
    });
  });

  it('counts the calls of the last hour and of the last day', async () => {
    await deployed(one);
    await count(5, [80, 10, 10]);
    await count(120, [50, 0, 0]);
    await count(3 * 24 * 60, [1000, 0, 0]);
    const found = await health();
    expect([found.stageHealthStatus, ...reasons(found)]).toEqual(['DEGRADED', 'MANY_FAILURES']);
    const lastHour = { callCount: 100, status4xxCount: 10, status5xxCount: 10, averageDurationMs: 20 };
    expect(found).toMatchObject({ lastHour, lastDay: { ...lastHour, callCount: 150 } });
  });

  it('lists keys near their quota in the period that runs, those who have used most first, and how many there are', async () => {
    const [low, most, near] = await useQuota([79, 100, 80]);
    const found = await health();
    expect(found.keyNearQuotaCount).toBe(2);
    expect(found.keyNearQuotaList).toMatchObject([
      { apiKeyId: most, stageId, used: 100, limit: 100 },
      { apiKeyId: near, used: 80, limit: 100, periodEndsAt: expect.any(String), reportedAt: expect.any(String) },
    ]);
    expect(JSON.stringify(found)).not.toContain(low);
    await stack.query('DELETE FROM quota_use');
    await useQuota([100], '2020-01-01');
    expect((await health()).keyNearQuotaList).toEqual([]);
    await useQuota(Array.from({ length: 30 }, () => 90));
    const many = await health();
    expect([many.keyNearQuotaCount, many.keyNearQuotaList.length]).toEqual([30, 20]);
  });
});

describe('the usage of a service', () => {
  it('has every stage at a glance, sums, the routes that are called most, and what is connected', async () => {
    const second = await api.createStage(serviceId, 'http://127.0.0.1');
    await deployed(one);
    await count(5, [80, 10, 10]);
    await useQuota([95, 10]);
    const found = await usage();
    expect(found).toMatchObject({
      stageCount: 2,
      usagePlanCount: 1,
      subscriptionCount: 2,
      lastHour: { callCount: 100, status4xxCount: 10, status5xxCount: 10, averageDurationMs: 20 },
      stageList: [
        { stageId, stageHealthStatus: 'DEGRADED', lastHour: { callCount: 100 }, servingGatewayCount: 1 },
        { stageId: second.stageId, stageHealthStatus: 'NOT_DEPLOYED', lastHour: { callCount: 0 } },
      ],
      topRouteList: [{ stageId, path: '/hello', methodType: 'GET', callCount: 100, failureCount: 20 }],
      keyNearQuotaCount: 1,
    });
    expect(found.keyNearQuotaList).toHaveLength(1);
  });

  it('is empty of a service without stages', async () => {
    const empty = await api.createService('empty');
    expect((await api.ok('GET', `/services/${empty}/usage`)).serviceUsage).toMatchObject({
      stageCount: 0,
      stageList: [],
      topRouteList: [],
      lastDay: { callCount: 0 },
    });
  });
});

describe('both', () => {
  it('are for who may read the project, and refuse what is not in it', async () => {
    const viewer = (await stack.asUser(api, 'VIEWER')).api;
    await viewer.ok('GET', `${service}/usage`);
    await viewer.ok('GET', `${service}/stages/${stageId}/health`);
    const stranger = await stack.newProject(0);
    expectError(await stranger.call('GET', `${service}/usage`), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('GET', `${service}/stages/${stageId}/health`), 'SERVICE_NOT_FOUND');
    expectError(await api.call('GET', `${service}/stages/nope/health`), 'STAGE_NOT_FOUND');
  });

  it('tell what they know of a stage that cannot be compared with what is live', async () => {
    const deployId = await deployed(one);
    await stack.query(`UPDATE deployment SET settings = '{}' WHERE id = $1`, [deployId]);
    const found = await health();
    expect([found.stageHealthStatus, ...reasons(found)]).toEqual(['DEGRADED', 'DRIFT_UNKNOWN']);
    expect(found).toMatchObject({ isDrifted: null, changeCount: null, liveDeployment: { deployId } });
  });
});
