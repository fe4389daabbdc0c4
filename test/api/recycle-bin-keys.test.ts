import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { daysAgo, iso } from '../harness/metrics.js';
import { newPlanWorld, type PlanWorld } from '../harness/plans.js';
import { newestItem, restoreItem, restoreNewest } from '../harness/recycle-bin.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let world: PlanWorld;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  world = await newPlanWorld(stack);
  ({ api } = world);
});

const keys = async (): Promise<Json[]> => (await api.ok('GET', '/apikeys')).apiKeyList;
const plans = async (): Promise<Json[]> => (await api.ok('GET', '/usage-plans')).usagePlanList;
const metrics = (apiKeyId: string) =>
  api.ok('GET', `/apikeys/${apiKeyId}/metrics?startTime=${iso(daysAgo(2))}&endTime=${iso(Date.now())}`);

/** Lets an appKey that the project has besides take the place of the one that all was made under. */
async function replaceAppKey(): Promise<Api> {
  const other = api.withAppKey(`${api.appKey}-other`);
  await stack.query(
    `INSERT INTO app_key (id, project_id, value) SELECT id || '2', project_id, $2 FROM app_key WHERE value = $1`,
    [api.appKey, other.appKey],
  );
  await other.ok('DELETE', `/services/${world.serviceId}`);
  await stack.query('DELETE FROM app_key WHERE value = $1', [api.appKey]);
  return other;
}

describe('a deleted API key', () => {
  it('comes back with its values and counts, and can be connected', async () => {
    const { apiKeyId } = await world.createKey();
    await world.createKey({ apiKeyName: 'later' });
    await stack.query('INSERT INTO api_key_metric (api_key_id, stage_id, day, call_count) VALUES ($1, $2, $3, 7)', [
      apiKeyId,
      world.stage.stageId,
      iso(daysAgo(1)),
    ]);
    const before = [await keys(), (await metrics(apiKeyId)).data];
    expect(JSON.stringify(before[1])).toContain('7');
    await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    const item = await newestItem(api);
    expect(item).toMatchObject({ kind: 'API_KEY', operationId: 'deleteApiKey', title: 'key', apigwServiceId: null });
    const restored = await restoreNewest(api, 'API_KEY');
    expect([await keys(), (await metrics(apiKeyId)).data]).toEqual(before);
    expect(JSON.stringify(restored)).not.toContain('sealed');
    const plan = await world.createConnectedPlan();
    expect(await world.connect(plan, [apiKeyId])).toHaveLength(1);
  });

  it('is not restored when a value of it was given to another key', async () => {
    const { apiKeyId, primaryApiKey } = await world.createKey();
    await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    const stranger = await stack.newProject();
    await stranger.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE', secondaryApiKey: primaryApiKey });
    const item = await newestItem(api);
    const before = await databaseFingerprint(stack);
    expectError(await restoreItem(api, item), 'API_KEY_DUPLICATED', ['primaryApiKey']);
    expect(await databaseFingerprint(stack)).toEqual(before);
  });

  it('is not restored in part when the database refuses a value of it', async () => {
    const { apiKeyId } = await world.createKey();
    await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    const item = await newestItem(api);
    const before = await databaseFingerprint(stack);
    const condition = `NEW.api_key_id = '${apiKeyId}' AND NEW.type = 'SECONDARY'`;
    await withRowFault(stack, { operation: 'INSERT', table: 'api_key_value', condition }, async () => {
      expectError(await restoreItem(api, item), 'DATABASE_FAILED');
    });
    expect(await databaseFingerprint(stack)).toEqual(before);
  });
});

describe('a deleted usage plan', () => {
  it('comes back as it was', async () => {
    const limits = { rateLimitRequestPerSecond: 5, quotaLimitPeriodUnitCode: 'DAY', quotaLimit: 100 };
    const plan = await world.createPlan({ usagePlanDescription: 'All', ...limits });
    const before = await plans();
    await api.ok('DELETE', `/usage-plans/${plan}`);
    expect(await newestItem(api)).toMatchObject({ kind: 'USAGE_PLAN', title: 'Basic', objectId: plan });
    await restoreNewest(api, 'USAGE_PLAN');
    expect(await plans()).toEqual(before);
  });
});

describe('a deleted API key or usage plan', () => {
  it('comes back under the appKey of the call when its own is gone', async () => {
    const { apiKeyId } = await world.createKey();
    const plan = await world.createPlan();
    await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    await api.ok('DELETE', `/usage-plans/${plan}`);
    api = await replaceAppKey();
    await restoreNewest(api, 'API_KEY');
    await restoreNewest(api, 'USAGE_PLAN');
    expect([...(await keys()), ...(await plans())].map((one) => one.appKey)).toEqual([api.appKey, api.appKey]);
  });
});
