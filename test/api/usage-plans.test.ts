import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { newPlanWorld, type PlanWorld } from '../harness/plans.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
});

const LIMITS = { rateLimitRequestPerSecond: 10, quotaLimitPeriodUnitCode: 'DAY', quotaLimit: 100 };
const NO_LIMITS = { rateLimitRequestPerSecond: null, quotaLimitPeriodUnitCode: null, quotaLimit: null };

const create = (more: object = {}) => api.call('POST', '/usage-plans', { usagePlanName: 'Basic', ...more });
const made = async (more: object = {}): Promise<Json> => (await create(more)).body.usagePlan;
const list = async (query = ''): Promise<Json[]> => (await api.ok('GET', `/usage-plans${query}`)).usagePlanList;

describe('a usage plan', () => {
  it('is created with the fields of the contract', async () => {
    const usagePlan = await made({ usagePlanDescription: 'For most', ...LIMITS });
    expect(usagePlan).toEqual({
      appKey: api.appKey,
      usagePlanId: expect.any(String),
      usagePlanName: 'Basic',
      usagePlanDescription: 'For most',
      ...LIMITS,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect((await api.ok('GET', `/usage-plans/${usagePlan.usagePlanId}`)).usagePlan).toEqual(usagePlan);
    expect(await list()).toEqual([usagePlan]);
  });

  it('limits nothing that it is not told to limit', async () => {
    expect(await made()).toMatchObject({ usagePlanDescription: '', ...NO_LIMITS });
    expect(await made(NO_LIMITS)).toMatchObject(NO_LIMITS);
    expect(await made({ rateLimitRequestPerSecond: 5000 })).toMatchObject({ rateLimitRequestPerSecond: 5000 });
    const month = { quotaLimitPeriodUnitCode: 'MONTH', quotaLimit: 2_147_483_647 };
    expect(await made(month)).toMatchObject({ ...month, rateLimitRequestPerSecond: null });
  });

  it('is modified wholly: a limit that is absent or null is taken away', async () => {
    const plan = await made({ usagePlanDescription: 'before', ...LIMITS });
    const path = `/usage-plans/${plan.usagePlanId}`;
    const change = { usagePlanName: 'Pro', usagePlanDescription: 'after', ...LIMITS, quotaLimit: 7 };
    const { usagePlan: changed } = await api.ok('PUT', path, change);
    expect(changed).toEqual({ ...plan, ...change, updatedAt: expect.any(String) });
    expect(changed.updatedAt > plan.updatedAt).toBe(true);
    const nulls = { usagePlanName: 'Pro', ...NO_LIMITS };
    expect((await api.ok('PUT', path, nulls)).usagePlan).toMatchObject({ ...nulls, usagePlanDescription: '' });
    await api.ok('PUT', path, change);
    expect((await api.ok('PUT', path, { usagePlanName: 'Pro' })).usagePlan).toMatchObject(NO_LIMITS);
  });

  it('is gone when it is deleted', async () => {
    const { usagePlanId } = await made();
    await api.ok('DELETE', `/usage-plans/${usagePlanId}`);
    expectError(await api.call('GET', `/usage-plans/${usagePlanId}`), 'USAGE_PLAN_NOT_FOUND');
    expectError(await api.call('DELETE', `/usage-plans/${usagePlanId}`), 'USAGE_PLAN_NOT_FOUND');
    expect(await list()).toEqual([]);
  });

  it('stays when the database refuses to delete it', async () => {
    const plan = await made();
    const fault = { operation: 'DELETE', table: 'usage_plan', condition: `OLD.id = '${plan.usagePlanId}'` } as const;
    const answer = await withRowFault(stack, fault, () => api.call('DELETE', `/usage-plans/${plan.usagePlanId}`));
    expectError(answer, 'USAGE_PLAN_DELETE_FAILED');
    expect(await list()).toEqual([plan]);
  });

  it('of another project does not exist', async () => {
    const plan = await made();
    const stranger = await stack.newProject();
    const path = `/usage-plans/${plan.usagePlanId}`;
    expectError(await stranger.call('GET', path), 'USAGE_PLAN_NOT_FOUND');
    expectError(await stranger.call('PUT', path, { usagePlanName: 'a' }), 'USAGE_PLAN_NOT_FOUND');
    expectError(await stranger.call('DELETE', path), 'USAGE_PLAN_NOT_FOUND');
    expectError(await stranger.call('GET', `${path}/stages`), 'USAGE_PLAN_NOT_FOUND');
    expect((await stranger.ok('GET', '/usage-plans')).usagePlanList).toEqual([]);
    expect(await list()).toEqual([plan]);
  });

  it('may have the name of another', async () => {
    expect([await made(), await made()].map((plan) => plan.usagePlanName)).toEqual(['Basic', 'Basic']);
  });

  it.each([
    [{ usagePlanName: '' }, 'usagePlanName'],
    [{ usagePlanName: 'a'.repeat(51) }, 'usagePlanName'],
    [{ usagePlanDescription: 'a'.repeat(201) }, 'usagePlanDescription'],
    [{ rateLimitRequestPerSecond: 0 }, 'rateLimitRequestPerSecond'],
    [{ rateLimitRequestPerSecond: 5001 }, 'rateLimitRequestPerSecond'],
    [{ rateLimitRequestPerSecond: '10' }, 'rateLimitRequestPerSecond'],
    [{ rateLimitRequestPerSecond: 1.5 }, 'rateLimitRequestPerSecond'],
    [{ quotaLimitPeriodUnitCode: 'YEAR', quotaLimit: 1 }, 'quotaLimitPeriodUnitCode'],
    [{ quotaLimitPeriodUnitCode: 'DAY', quotaLimit: 0 }, 'quotaLimit'],
    [{ quotaLimitPeriodUnitCode: 'DAY', quotaLimit: 2_147_483_648 }, 'quotaLimit'],
    [{ quotaLimitPeriodUnitCode: 'DAY' }, 'quotaLimit'],
    [{ quotaLimitPeriodUnitCode: 'DAY', quotaLimit: null }, 'quotaLimit'],
    [{ quotaLimit: 1 }, 'quotaLimit'],
    [{ quotaLimitPeriodUnitCode: null, quotaLimit: 1 }, 'quotaLimit'],
  ])('is not created or modified with %j', async (body, field) => {
    expectError(await create(body), 'INVALID_INPUT', [field]);
    const plan = await made(LIMITS);
    const change = { usagePlanName: 'Pro', ...body };
    expectError(await api.call('PUT', `/usage-plans/${plan.usagePlanId}`, change), 'INVALID_INPUT', [field]);
    expect(await list()).toEqual([plan]);
  });

  it('is listed in the order of creation, by pages', async () => {
    for (const usagePlanName of ['c', 'a', 'b']) await made({ usagePlanName });
    expect((await list('?limit=2')).map((plan) => plan.usagePlanName)).toEqual(['c', 'a']);
    expect((await list('?limit=2&page=2')).map((plan) => plan.usagePlanName)).toEqual(['b']);
    expect(await api.ok('GET', '/usage-plans?limit=2&page=3')).toMatchObject({
      paging: { limit: 2, page: 3, totalCount: 3 },
      usagePlanList: [],
    });
  });
});

describe('a stage of a usage plan', () => {
  let world: PlanWorld;
  let plan: string;
  let path: string;

  beforeEach(async () => {
    world = await newPlanWorld(stack);
    plan = await world.createPlan();
    path = `/usage-plans/${plan}/stages/${world.stage.stageId}`;
  });

  const stages = async (query = '') => world.api.ok('GET', `/usage-plans/${plan}/stages${query}`);

  it('is connected and shown with the fields of the contract', async () => {
    expect((await stages()).usagePlanStageList).toEqual([]);
    await world.api.ok('POST', path);
    expect(await stages()).toEqual({
      header: expect.anything(),
      paging: { limit: 10, page: 1, totalCount: 1 },
      usagePlanStageList: [
        {
          regionCode: 'KR1',
          apigwServiceId: world.serviceId,
          apigwServiceName: 'shop',
          stageId: world.stage.stageId,
          stageName: null,
          stageUrl: world.stage.stageUrl,
          stageCustomDomainList: [],
          usagePlanId: plan,
          usagePlanName: 'Basic',
        },
      ],
    });
  });

  it('is shown with the custom domains that are connected to it', async () => {
    await world.api.ok('POST', path);
    const hostName = `${plan}.example.com`;
    await stack.query(
      `WITH d AS (INSERT INTO custom_domain (id, project_id, app_key_id, host_name)
         SELECT $1, p.project_id, p.app_key_id, $2 FROM usage_plan p WHERE p.id = $1 RETURNING id)
       INSERT INTO stage_host (host_name, stage_id, custom_domain_id) SELECT $2, $3, id FROM d`,
      [plan, hostName, world.stage.stageId],
    );
    const [{ stageUrl, stageCustomDomainList }] = (await stages()).usagePlanStageList;
    expect(stageUrl).toBe(world.stage.stageUrl);
    expect(stageCustomDomainList).toEqual([{ customDomain: hostName, createdAt: expect.stringMatching(/Z$/) }]);
  });

  it('is connected once', async () => {
    await world.api.ok('POST', path);
    expectError(await world.api.call('POST', path), 'STAGE_ALREADY_CONNECTED');
    expect((await stages()).paging.totalCount).toBe(1);
  });

  it('may have several plans, which are listed by pages in the order of their creation', async () => {
    const pro = await world.createConnectedPlan({ usagePlanName: 'Pro', ...LIMITS });
    await world.api.ok('POST', path);
    const plansOf = (query = '') => world.api.ok('GET', `/usage-plans/stages/${world.stage.stageId}${query}`);
    const both = await plansOf();
    expect(both.usagePlanList.map((one: Json) => one.usagePlanId)).toEqual([plan, pro]);
    expect(both.usagePlanList[1]).toEqual((await world.api.ok('GET', `/usage-plans/${pro}`)).usagePlan);
    expect((await plansOf('?limit=1&page=2')).usagePlanList).toHaveLength(1);
    expect(await plansOf('?limit=1&page=3')).toMatchObject({ paging: { totalCount: 2 }, usagePlanList: [] });
  });

  it('is listed by pages in the order of connection', async () => {
    const second = await world.api.createStage(world.serviceId, 'http://127.0.0.1:10080', 'beta');
    await world.api.ok('POST', `/usage-plans/${plan}/stages/${second.stageId}`);
    await world.api.ok('POST', path);
    const ids = async (query: string) => (await stages(query)).usagePlanStageList.map((row: Json) => row.stageId);
    expect(await ids('')).toEqual([second.stageId, world.stage.stageId]);
    expect(await ids('?limit=1&page=2')).toEqual([world.stage.stageId]);
    expect(await ids('?limit=1&page=3')).toEqual([]);
  });

  it('is disconnected, and the plan can be deleted then', async () => {
    await world.api.ok('POST', path);
    expectError(await world.api.call('DELETE', `/usage-plans/${plan}`), 'USAGE_PLAN_HAS_STAGES');
    await world.api.ok('DELETE', path);
    expect((await stages()).usagePlanStageList).toEqual([]);
    expectError(await world.api.call('DELETE', path), 'STAGE_NOT_FOUND', ['stageId']);
    await world.api.ok('DELETE', `/usage-plans/${plan}`);
  });

  it('is not disconnected while API keys are connected to it there', async () => {
    await world.api.ok('POST', path);
    const other = await world.createConnectedPlan();
    const [{ subscriptionId }] = await world.connect(plan, [(await world.createKey()).apiKeyId]);
    expectError(await world.api.call('DELETE', path), 'STAGE_HAS_API_KEYS');
    await world.api.ok('DELETE', `/usage-plans/${other}/stages/${world.stage.stageId}`);
    await world.api.ok('DELETE', `${path}/subscriptions`, { apiSubscriptionIdList: [subscriptionId] });
    await world.api.ok('DELETE', path);
  });

  it('of another project, or a plan of one, does not exist', async () => {
    const theirs = await newPlanWorld(stack);
    const [theirPlan, theirStage] = [await theirs.createConnectedPlan(), theirs.stage.stageId];
    for (const method of ['POST', 'DELETE']) {
      expectError(await world.api.call(method, `/usage-plans/${plan}/stages/${theirStage}`), 'STAGE_NOT_FOUND');
      const mine = `/usage-plans/${theirPlan}/stages/${world.stage.stageId}`;
      expectError(await world.api.call(method, mine), 'USAGE_PLAN_NOT_FOUND');
      expectError(
        await world.api.call(method, `/usage-plans/${theirPlan}/stages/${theirStage}`),
        'USAGE_PLAN_NOT_FOUND',
      );
    }
    expectError(await world.api.call('GET', `/usage-plans/stages/${theirStage}`), 'STAGE_NOT_FOUND');
    expect((await stages()).usagePlanStageList).toEqual([]);
    expect((await theirs.api.ok('GET', `/usage-plans/${theirPlan}/stages`)).paging.totalCount).toBe(1);
  });

  it('is not deleted, nor its service, until it is disconnected', async () => {
    await world.api.ok('POST', path);
    const service = `/services/${world.serviceId}`;
    expectError(await world.api.call('DELETE', `${service}/stages/${world.stage.stageId}`), 'STAGE_HAS_USAGE_PLAN');
    expectError(await world.api.call('DELETE', service), 'STAGE_HAS_USAGE_PLAN');
    expect((await world.api.ok('GET', `${service}/stages`)).stageList).toHaveLength(1);
    await world.api.ok('DELETE', path);
    await world.api.ok('DELETE', `${service}/stages/${world.stage.stageId}`);
    await world.api.ok('DELETE', service);
  });
});
