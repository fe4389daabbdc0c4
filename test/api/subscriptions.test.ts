import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { newPlanWorld, type PlanWorld } from '../harness/plans.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let world: PlanWorld;
let plan: string;
let path: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  world = await newPlanWorld(stack);
  plan = await world.createConnectedPlan();
  path = world.subscriptions(plan);
});

const keyId = async (more: object = {}): Promise<string> => (await world.createKey(more)).apiKeyId;
const list = async (query = ''): Promise<Json[]> => (await world.api.ok('GET', path + query)).apiSubscriptionList;
const connect = (body: object) => world.api.call('POST', path, body);
const disconnect = (body: object) => world.api.call('DELETE', path, body);

describe('connecting API keys to a stage', () => {
  it('gives subscriptions with the fields of the contract, in the order of the keys', async () => {
    const [one, two] = [await keyId({ apiKeyName: 'one' }), await keyId({ apiKeyName: 'two' })];
    const made = await world.connect(plan, [two, one]);
    expect(made[0]).toEqual({
      subscriptionId: expect.any(String),
      subscriptionStatus: 'APPROVAL',
      subscriptionDescription: null,
      stageId: world.stage.stageId,
      usagePlanId: plan,
      apiKeyId: two,
      apiKeyName: 'two',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(made.map((row) => row.apiKeyName)).toEqual(['two', 'one']);
    expect(await list()).toEqual(made);
  });

  it('takes 100 keys and no more', async () => {
    const ids = await Promise.all(Array.from({ length: 101 }, () => keyId()));
    expectError(await connect({ apiKeyIdList: ids }), 'INVALID_INPUT', ['apiKeyIdList']);
    expect(await world.connect(plan, ids.slice(1))).toHaveLength(100);
  });

  it.each([
    [{}],
    [{ apiKeyIdList: [] }],
    [{ apiKeyIdList: 'text' }],
    [{ apiKeyIdList: [1] }],
    [{ apiKeyIdList: [''] }],
    [{ apiKeyIdList: ['a', 'a'] }],
    [{ apiKeyIdList: ['a'.repeat(51)] }],
  ])('refuses %j', async (body) => {
    expectError(await connect(body), 'INVALID_INPUT', ['apiKeyIdList']);
    expect(await list()).toEqual([]);
  });

  it('connects nothing when a key does not exist, or is of another project', async () => {
    const [mine, stranger] = [await keyId(), await newPlanWorld(stack)];
    const { apiKeyId: theirs } = await stranger.createKey();
    const answer = await connect({ apiKeyIdList: ['nothing', mine, theirs] });
    expectError(answer, 'API_KEY_NOT_FOUND', ['apiKeyIdList[0]', 'apiKeyIdList[2]']);
    expect(answer.body.errorList).toHaveLength(2);
    expect(await list()).toEqual([]);
  });

  it('connects nothing when a key is connected to the stage already, by whatever plan', async () => {
    const [one, two, three] = [await keyId(), await keyId(), await keyId()];
    const other = await world.createConnectedPlan();
    await world.connect(plan, [one]);
    await world.connect(other, [two]);
    const answer = await connect({ apiKeyIdList: [three, one, two] });
    expectError(answer, 'API_KEY_ALREADY_CONNECTED', ['apiKeyIdList[1]', 'apiKeyIdList[2]']);
    expect(answer.body.errorList).toHaveLength(2);
    expect((await list()).map((row) => row.apiKeyId)).toEqual([one]);
  });

  it('connects nothing when the database refuses a row', async () => {
    const [one, two] = [await keyId(), await keyId()];
    const fault = { operation: 'INSERT', table: 'subscription', condition: `NEW.api_key_id = '${two}'` } as const;
    const answer = await withRowFault(stack, fault, () => connect({ apiKeyIdList: [one, two] }));
    expectError(answer, 'API_KEY_CONNECT_FAILED');
    expect(await list()).toEqual([]);
  });

  it('is possible for one key on several stages', async () => {
    const key = await keyId();
    const beta = await world.api.createStage(world.serviceId, 'http://127.0.0.1:10080', 'beta');
    await world.api.ok('POST', `/usage-plans/${plan}/stages/${beta.stageId}`);
    await world.connect(plan, [key]);
    await world.api.ok('POST', path.replace(world.stage.stageId, beta.stageId), { apiKeyIdList: [key] });
    const { paging } = await world.api.ok('GET', `/apikeys/${key}/subscriptions`);
    expect(paging.totalCount).toBe(2);
  });
});

describe('a place that is none', () => {
  it('is told in every operation: a plan or stage of another project, or a stage that the plan does not have', async () => {
    const [stranger, lonely, key] = [await newPlanWorld(stack), await world.createPlan(), await keyId()];
    const theirPlan = await stranger.createConnectedPlan();
    const places = [
      [stranger.subscriptions(theirPlan), 'USAGE_PLAN_NOT_FOUND'],
      [world.subscriptions(theirPlan), 'USAGE_PLAN_NOT_FOUND'],
      [stranger.subscriptions(plan), 'STAGE_NOT_FOUND'],
      [world.subscriptions(lonely), 'STAGE_NOT_FOUND'],
    ] as const;
    for (const [place, error] of places) {
      expectError(await world.api.call('GET', place), error);
      expectError(await world.api.call('POST', place, { apiKeyIdList: [key] }), error);
      expectError(await world.api.call('DELETE', place, { apiSubscriptionIdList: ['x'] }), error);
      expectError(await world.api.call('POST', `${place}/x/change-usage-plan`, { changeUsagePlanId: plan }), error);
    }
  });
});

describe('disconnecting API keys from a stage', () => {
  it('takes exactly the subscriptions of the list away', async () => {
    const made = await world.connect(plan, [await keyId(), await keyId(), await keyId()]);
    const ids = made.map((row) => row.subscriptionId);
    await world.api.ok('DELETE', path, { apiSubscriptionIdList: [ids[2], ids[0]] });
    expect(await list()).toEqual([made[1]]);
  });

  it('takes nothing away when a subscription is none of this plan and stage', async () => {
    const other = await world.createConnectedPlan();
    const [mine] = await world.connect(plan, [await keyId()]);
    const [elsewhere] = await world.connect(other, [await keyId()]);
    const ids = [mine.subscriptionId, 'nothing', elsewhere.subscriptionId];
    const answer = await disconnect({ apiSubscriptionIdList: ids });
    expectError(answer, 'SUBSCRIPTION_NOT_FOUND', ['apiSubscriptionIdList[1]', 'apiSubscriptionIdList[2]']);
    expect(answer.body.errorList).toHaveLength(2);
    expect(await list()).toEqual([mine]);
  });

  it('takes nothing away when the database refuses a row', async () => {
    const made = await world.connect(plan, [await keyId(), await keyId()]);
    const ids = made.map((row) => row.subscriptionId);
    const fault = { operation: 'DELETE', table: 'subscription', condition: `OLD.id = '${ids[1]}'` } as const;
    const answer = await withRowFault(stack, fault, () => disconnect({ apiSubscriptionIdList: ids }));
    expectError(answer, 'API_KEY_DISCONNECT_FAILED');
    expect(await list()).toEqual(made);
  });

  it.each([[{}], [{ apiSubscriptionIdList: [] }], [{ apiSubscriptionIdList: ['a', 'a'] }]])(
    'refuses %j',
    async (body) => {
      expectError(await disconnect(body), 'INVALID_INPUT', ['apiSubscriptionIdList']);
      expectError(await world.api.call('DELETE', path), 'INVALID_INPUT', ['apiSubscriptionIdList']);
    },
  );
});

describe('changing the usage plan of a connected key', () => {
  const change = (id: string, changeUsagePlanId: unknown) =>
    world.api.call('POST', `${path}/${id}/change-usage-plan`, { changeUsagePlanId });

  it('puts the subscription under the other plan; it keeps its id and its place in time', async () => {
    const other = await world.createConnectedPlan();
    const [before] = await world.connect(plan, [await keyId()]);
    expect((await change(before.subscriptionId, other)).body).toEqual({
      header: expect.objectContaining({ resultCode: 0 }),
    });
    expect(await list()).toEqual([]);
    const { apiSubscriptionList } = await world.api.ok('GET', world.subscriptions(other));
    expect(apiSubscriptionList).toEqual([{ ...before, usagePlanId: other, updatedAt: expect.any(String) }]);
    expect(apiSubscriptionList[0].updatedAt > before.updatedAt).toBe(true);
    expectError(await change(before.subscriptionId, other), 'SUBSCRIPTION_NOT_FOUND');
  });

  it('is refused for the same plan, one without the stage, one of another project, and none', async () => {
    const [stranger, lonely] = [await newPlanWorld(stack), await world.createPlan()];
    const [before] = await world.connect(plan, [await keyId()]);
    const refused = [
      [plan, 'USAGE_PLAN_CHANGE_INVALID'],
      [lonely, 'USAGE_PLAN_CHANGE_INVALID'],
      [await stranger.createConnectedPlan(), 'USAGE_PLAN_NOT_FOUND'],
      ['nothing', 'USAGE_PLAN_NOT_FOUND'],
      ['', 'INVALID_INPUT'],
      [null, 'INVALID_INPUT'],
    ] as const;
    for (const [id, error] of refused) {
      expectError(await change(before.subscriptionId, id), error, ['changeUsagePlanId']);
    }
    expect(await list()).toEqual([before]);
  });

  it('changes nothing when the database refuses', async () => {
    const other = await world.createConnectedPlan();
    const [before] = await world.connect(plan, [await keyId()]);
    const condition = `OLD.id = '${before.subscriptionId}'`;
    const fault = { operation: 'UPDATE', table: 'subscription', condition } as const;
    const answer = await withRowFault(stack, fault, () => change(before.subscriptionId, other));
    expectError(answer, 'USAGE_PLAN_CHANGE_FAILED');
    expect(await list()).toEqual([before]);
  });
});

describe('the list of the keys of a stage', () => {
  it('pages in the order of connection and filters by key, all conditions together', async () => {
    const keys = [
      await world.createKey({ apiKeyName: 'abc' }),
      await world.createKey({ apiKeyName: 'abd' }),
      await world.createKey({ apiKeyName: 'xab' }),
    ];
    const [first, second, third] = await world.connect(
      plan,
      keys.map((key) => key.apiKeyId),
    );
    await world.createKey({ apiKeyName: 'abe' });
    expect(await list('?limit=2')).toEqual([first, second]);
    expect(await list('?limit=2&page=2')).toEqual([third]);
    const past = await world.api.ok('GET', `${path}?limit=2&page=3`);
    expect(past).toMatchObject({ paging: { limit: 2, page: 3, totalCount: 3 }, apiSubscriptionList: [] });
    expect(await list('?apiKeyName=ab')).toEqual([first, second]);
    expect(await list('?apiKeyName=ab&limit=1&page=2')).toEqual([second]);
    expect(await list(`?apiKeyId=${third.apiKeyId}`)).toEqual([third]);
    expect(await list(`?apiKey=${keys[1].secondaryApiKey}`)).toEqual([second]);
    expect(await list(`?apiKey=${keys[1].primaryApiKey}&apiKeyName=abc`)).toEqual([]);
    expect(await list('?apiSubscriptionStatus=APPROVAL')).toHaveLength(3);
    const refused = await world.api.call('GET', `${path}?apiSubscriptionStatus=WAITING`);
    expectError(refused, 'INVALID_PARAMETER', ['apiSubscriptionStatus']);
  });
});

describe('the list of the stages of a key', () => {
  it('has the fields of the contract', async () => {
    const limits = { rateLimitRequestPerSecond: 10, quotaLimitPeriodUnitCode: 'DAY', quotaLimit: 100 };
    const pro = await world.createConnectedPlan({ usagePlanName: 'Pro', usagePlanDescription: 'For some', ...limits });
    const key = await keyId();
    const [{ subscriptionId }] = await world.connect(pro, [key]);
    expect(await world.api.ok('GET', `/apikeys/${key}/subscriptions`)).toEqual({
      header: expect.anything(),
      paging: { limit: 10, page: 1, totalCount: 1 },
      subscribedStageAndUsagePlanList: [
        {
          subscriptionId,
          subscriptionStatus: 'APPROVAL',
          apiKeyId: key,
          apigwServiceName: 'shop',
          stageId: world.stage.stageId,
          stageName: null,
          stageUrl: world.stage.stageUrl,
          stageCustomDomainList: [],
          usagePlanId: pro,
          usagePlanName: 'Pro',
          usagePlanDescription: 'For some',
          ...limits,
        },
      ],
    });
  });

  it('pages in the order of connection and filters by a part of the host names, custom domains included', async () => {
    const key = await keyId();
    const beta = await world.api.createStage(world.serviceId, 'http://127.0.0.1:10080', 'beta');
    await world.api.ok('POST', `/usage-plans/${plan}/stages/${beta.stageId}`);
    await world.api.ok('POST', path.replace(world.stage.stageId, beta.stageId), { apiKeyIdList: [key] });
    await world.connect(plan, [key]);
    await stack.query(
      `WITH d AS (INSERT INTO custom_domain (id, project_id, app_key_id, host_name)
         SELECT $1, project_id, app_key_id, $2 FROM usage_plan WHERE id = $1 RETURNING id)
       INSERT INTO stage_host (host_name, stage_id, custom_domain_id) SELECT $2, $3, id FROM d`,
      [plan, `${plan}.example.com`, world.stage.stageId],
    );
    const names = async (query = '') => {
      const answer = await world.api.ok('GET', `/apikeys/${key}/subscriptions${query}`);
      return [answer.paging.totalCount, ...answer.subscribedStageAndUsagePlanList.map((row: Json) => row.stageName)];
    };
    expect(await names()).toEqual([2, 'beta', null]);
    expect(await names('?limit=1&page=2')).toEqual([2, null]);
    expect(await names('?page=7')).toEqual([2]);
    expect(await names('?stageUrl=-BETA.')).toEqual([1, 'beta']);
    expect(await names(`?stageUrl=${beta.stageUrl}`)).toEqual([1, 'beta']);
    expect(await names('?stageUrl=.example.com')).toEqual([1, null]);
    expect(await names('?stageUrl=%25')).toEqual([0]);
    expect(await names('?stageUrl=')).toEqual([2, 'beta', null]);
    const answer = await world.api.call('GET', `/apikeys/${key}/subscriptions?stageUrl=${'a'.repeat(254)}`);
    expectError(answer, 'INVALID_PARAMETER', ['stageUrl']);
  });

  it('of a key of another project, or of none, is not told', async () => {
    const stranger = await newPlanWorld(stack);
    const { apiKeyId } = await stranger.createKey();
    expectError(await world.api.call('GET', `/apikeys/${apiKeyId}/subscriptions`), 'API_KEY_NOT_FOUND');
    expectError(await world.api.call('GET', '/apikeys/nothing/subscriptions'), 'API_KEY_NOT_FOUND');
  });
});
