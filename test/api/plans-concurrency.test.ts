import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../harness/api.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { newPlanWorld, type PlanWorld } from '../harness/plans.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { type Call, clientOf, race as raceOf } from '../harness/two-control-planes.js';

let stack: PrivateStack;
let world: PlanWorld;
let plan: string;
let place: string;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 0 });
});

afterAll(async () => {
  await stack.stop();
});

beforeEach(async () => {
  world = await newPlanWorld(stack, 0);
  plan = await world.createConnectedPlan();
  place = `/usage-plans/${plan}/stages/${world.stage.stageId}`;
});

const client = (index: number) => clientOf(stack, world.api, index);

/** Whichever of two sides comes first, the answers are these: by code, with the numbers of each. */
async function expectRace(one: Call, other: Call, outcomes: Record<number, number>[]): Promise<void> {
  expect(outcomes).toContainEqual(await raceOf(stack, world.api, one, other));
}

const connectStage: Call = (api) => api.call('POST', place);
const disconnectStage: Call = (api) => api.call('DELETE', place);
const connectKeys =
  (apiKeyIdList: string[], usagePlanId = plan): Call =>
  (api) =>
    api.call('POST', world.subscriptions(usagePlanId), { apiKeyIdList });
const count = async (path: string): Promise<number> => (await world.api.ok('GET', path)).paging.totalCount;
const keyIds = async (number: number): Promise<Json[]> => {
  const keys = await Promise.all(Array.from({ length: number }, () => world.createKey()));
  return keys.map((key: Json) => key.apiKeyId);
};

describe('fifty clients at once', () => {
  it('connect a key to a stage by one plan alone, all keys of a list or none', async () => {
    const other = await world.createConnectedPlan();
    const [one, two, three] = await keyIds(3);
    const counts = await fiftyAtOnce((index) => {
      // Every list has a key of the other one, in another order.
      const call = index % 2 === 0 ? connectKeys([one, two]) : connectKeys([three, two, one], other);
      return call(client(index));
    });
    expect(counts).toEqual({ 0: 1, 409106000: 49 });
    const made = [await count(world.subscriptions(plan)), await count(world.subscriptions(other))];
    expect(made.filter((number) => number > 0)).toHaveLength(1);
    expect([2, 3]).toContain(Math.max(...made));
  });

  it('connect a stage to a plan once', async () => {
    await world.api.ok('DELETE', place);
    expect(await fiftyAtOnce((index) => connectStage(client(index)))).toEqual({ 0: 1, 409106001: 49 });
    expect(await count(`/usage-plans/${plan}/stages`)).toBe(1);
  });

  it('connect a stage and delete the plan: it is connected, or the plan is gone', async () => {
    await world.api.ok('DELETE', place);
    await expectRace(connectStage, (api) => api.call('DELETE', `/usage-plans/${plan}`), [
      { 0: 1, 409106001: 24, 400106001: 25 },
      { 0: 1, 404106001: 49 },
    ]);
    const plans = await count(`/usage-plans/stages/${world.stage.stageId}`);
    expect([plans, await count('/usage-plans')]).toEqual([plans, plans]);
  });

  it('connect keys and disconnect the stage: no key is connected to a stage that is not', async () => {
    const ids = await keyIds(2);
    await expectRace(connectKeys(ids), disconnectStage, [
      { 0: 1, 409106000: 24, 400106002: 25 },
      { 0: 1, 404103000: 49 },
    ]);
    const isConnected = (await count(`/usage-plans/${plan}/stages`)) === 1;
    for (const id of ids) expect(await count(`/apikeys/${id}/subscriptions`)).toBe(isConnected ? 1 : 0);
  });

  it('connect and disconnect keys: every list as a whole', async () => {
    const ids = await keyIds(3);
    const disconnectAll: Call = async (api) => {
      const { apiSubscriptionList } = await api.ok('GET', world.subscriptions(plan));
      const apiSubscriptionIdList = apiSubscriptionList.map((row: Json) => row.subscriptionId);
      if (apiSubscriptionIdList.length === 0) return connectKeys(ids)(api);
      return api.call('DELETE', world.subscriptions(plan), { apiSubscriptionIdList });
    };
    const counts = await raceOf(stack, world.api, connectKeys(ids), disconnectAll);
    const { 0: done = 0, 409106000: connected = 0, 404106000: disconnected = 0 } = counts;
    expect(done + connected + disconnected).toBe(50);
    expect(done).toBeGreaterThan(0);
    expect([0, 3]).toContain(await count(world.subscriptions(plan)));
  });

  it.each([
    ['stage', () => `/services/${world.serviceId}/stages/${world.stage.stageId}`, { 0: 1, 404103000: 49 }],
    ['service', () => `/services/${world.serviceId}`, { 0: 1, 404103000: 25, 404101000: 24 }],
  ])('connect a stage and delete the %s: it is connected, or gone', async (_name, path, deletedFirst) => {
    await world.api.ok('DELETE', place);
    const connectedFirst = { 0: 1, 409106001: 24, 400103005: 25 };
    await expectRace(connectStage, (api) => api.call('DELETE', path()), [connectedFirst, deletedFirst]);
    const connected = await count(`/usage-plans/${plan}/stages`);
    const stages = await stack.query('SELECT 1 FROM stage WHERE id = $1', [world.stage.stageId]);
    expect(stages).toHaveLength(connected);
  });

  it('connect a key and delete it: it is connected, or gone', async () => {
    const [id] = await keyIds(1);
    await expectRace(connectKeys([id]), (api) => api.call('DELETE', `/apikeys/${id}`), [
      { 0: 1, 409106000: 24, 400105000: 25 },
      { 0: 1, 404105000: 49 },
    ]);
    expect(await count(world.subscriptions(plan))).toBe(await count('/apikeys'));
  });

  it('move a key to another plan and disconnect the stage from that: the key is under a plan of the stage', async () => {
    const other = await world.createConnectedPlan();
    const [subscription] = await world.connect(plan, await keyIds(1));
    const path = `${world.subscriptions(plan)}/${subscription.subscriptionId}/change-usage-plan`;
    await expectRace(
      (api) => api.call('POST', path, { changeUsagePlanId: other }),
      (api) => api.call('DELETE', `/usage-plans/${other}/stages/${world.stage.stageId}`),
      [
        { 0: 1, 404106000: 24, 400106002: 25 },
        { 0: 1, 400106000: 25, 404103000: 24 },
      ],
    );
    const [row] = (await world.api.ok('GET', `/apikeys/${subscription.apiKeyId}/subscriptions`))
      .subscribedStageAndUsagePlanList;
    const isOtherConnected = (await count(`/usage-plans/${other}/stages`)) === 1;
    expect(row).toMatchObject({
      subscriptionId: subscription.subscriptionId,
      usagePlanId: isOtherConnected ? other : plan,
    });
  });

  it('create and regenerate keys with one value: one key has it', async () => {
    const value = `same${plan}`;
    const [mine] = await keyIds(1);
    const body = { apiKeyName: 'a', apiKeyStatus: 'ACTIVE', secondaryApiKey: value };
    await expectRace(
      (api) => api.call('POST', '/apikeys', body),
      (api) => api.call('POST', `/apikeys/${mine}/regenerate`, { apiKeyType: 'PRIMARY', apiKeyValue: value }),
      [
        { 0: 1, 500105001: 24, 500105000: 25 },
        // Who has the value may be given it again.
        { 0: 25, 500105001: 25 },
      ],
    );
    expect(await count(`/apikeys?apiKey=${value}`)).toBe(1);
  });

  it('create keys with one value: one key has it', async () => {
    const value = `same${plan}`;
    const body = { apiKeyName: 'a', apiKeyStatus: 'ACTIVE', primaryApiKey: value };
    const counts = await fiftyAtOnce((index) => client(index).call('POST', '/apikeys', body));
    expect(counts).toEqual({ 0: 1, 500105001: 49 });
    expect(await count(`/apikeys?apiKey=${value}`)).toBe(1);
  });
});
