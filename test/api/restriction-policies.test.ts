import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, ApiAnswer, Json } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

const BY_MEMBER = {
  requestRestrictionPolicyName: 'by member',
  requestRestrictionKeyType: 'PATH_VARIABLE',
  requestRestrictionKey: 'memberId',
};
const BY_HEADER = { ...BY_MEMBER, requestRestrictionKeyType: 'HEADER', requestRestrictionKey: 'X-Member' };

let stack: Stack;
let api: Api;
let serviceId: string;
let policies: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  policies = `/services/${serviceId}/request-restriction-policies`;
});

const create = (body: object = BY_MEMBER) => api.call('POST', policies, body);
const createPolicy = async (body: object = BY_MEMBER): Promise<Json> =>
  (await api.ok('POST', policies, body)).requestRestrictionPolicy;
const listed = async (): Promise<Json[]> => (await api.ok('GET', policies)).requestRestrictionPolicyList;
const pathOf = (policy: Json) => `${policies}/${policy.requestRestrictionPolicyId}`;
const remove = (policy: Json) => api.call('DELETE', pathOf(policy));

describe('a request restriction policy', () => {
  it('is created with its defaults', async () => {
    const policy = await createPolicy();
    expect(policy).toEqual({
      requestRestrictionPolicyId: expect.any(String),
      apigwServiceId: serviceId,
      ...BY_MEMBER,
      defaultRequestsPerSecond: null,
      remainingRequestsShown: false,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(await listed()).toEqual([policy]);
  });

  it.each([
    [{ requestRestrictionPolicyName: '' }, 'INVALID_INPUT', 'requestRestrictionPolicyName'],
    [{ requestRestrictionPolicyName: 'a'.repeat(51) }, 'INVALID_INPUT', 'requestRestrictionPolicyName'],
    [{ requestRestrictionKeyType: 'COOKIE' }, 'INVALID_INPUT', 'requestRestrictionKeyType'],
    [{ requestRestrictionKey: '' }, 'INVALID_INPUT', 'requestRestrictionKey'],
    [{ requestRestrictionKey: 'a'.repeat(51) }, 'INVALID_INPUT', 'requestRestrictionKey'],
    [{ requestRestrictionKey: '{memberId}' }, 'INVALID_INPUT', 'requestRestrictionKey'],
    [{ ...BY_HEADER, requestRestrictionKey: 'X Member' }, 'INVALID_HEADER_NAME', 'requestRestrictionKey'],
    [{ defaultRequestsPerSecond: 0 }, 'INVALID_INPUT', 'defaultRequestsPerSecond'],
    [{ defaultRequestsPerSecond: 5001 }, 'INVALID_INPUT', 'defaultRequestsPerSecond'],
    [{ defaultRequestsPerSecond: 1.5 }, 'INVALID_INPUT', 'defaultRequestsPerSecond'],
    [{ remainingRequestsShown: 'yes' }, 'INVALID_INPUT', 'remainingRequestsShown'],
  ] as const)('is not created with %j', async (change, key, field) => {
    expectError(await create({ ...BY_MEMBER, ...change }), key, [field]);
    expect(await listed()).toEqual([]);
  });

  it('is modified in all but key type and key', async () => {
    const policy = await createPolicy({ ...BY_HEADER, defaultRequestsPerSecond: 5000, remainingRequestsShown: true });
    expect(policy).toMatchObject({ defaultRequestsPerSecond: 5000, remainingRequestsShown: true });
    const change = { requestRestrictionPolicyName: 'other', defaultRequestsPerSecond: 1 };
    const { requestRestrictionPolicy } = await api.ok('PUT', pathOf(policy), change);
    expect(requestRestrictionPolicy).toMatchObject({ ...BY_HEADER, ...change, remainingRequestsShown: false });
    const keyed = await api.call('PUT', pathOf(policy), { ...change, requestRestrictionKey: 'X-Other' });
    expectError(keyed, 'INVALID_INPUT', ['requestRestrictionKey']);
  });

  it('is gone with its key values when it is deleted', async () => {
    const policy = await createPolicy();
    await api.ok('POST', `${pathOf(policy)}/key-values`, { requestRestrictionKeyValue: 'a' });
    expect((await remove(policy)).status).toBe(200);
    expectError(await remove(policy), 'INVALID_PARAMETER', ['requestRestrictionPolicyId']);
    const change = await api.call('PUT', pathOf(policy), { requestRestrictionPolicyName: 'a' });
    expectError(change, 'INVALID_PARAMETER', ['requestRestrictionPolicyId']);
    const left = 'SELECT 1 FROM restriction_key_value WHERE policy_id = $1';
    expect(await stack.query(left, [policy.requestRestrictionPolicyId])).toEqual([]);
  });

  it('of another service or project does not exist', async () => {
    const policy = await createPolicy();
    const other = pathOf(policy).replace(serviceId, await api.createService());
    expectError(await api.call('DELETE', other), 'INVALID_PARAMETER', ['requestRestrictionPolicyId']);
    expectError(await api.call('GET', `${other}/key-values`), 'INVALID_PARAMETER', ['requestRestrictionPolicyId']);
    const stranger = await stack.newProject();
    expectError(await stranger.call('GET', policies), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('POST', policies, BY_MEMBER), 'SERVICE_NOT_FOUND');
    const change = { requestRestrictionPolicyName: 'a' };
    expectError(await stranger.call('PUT', pathOf(policy), change), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('DELETE', pathOf(policy)), 'SERVICE_NOT_FOUND');
    expect(await listed()).toEqual([policy]);
  });

  it('is one of at most ten of a service when fifty clients create at once', async () => {
    expect(await fiftyAtOnce(() => create())).toEqual({ 0: 10, 400100000: 40 });
    expectError(await create(), 'INVALID_PARAMETER', ['apigwServiceId']);
    const { paging, requestRestrictionPolicyList } = await api.ok('GET', `${policies}?limit=4&page=3`);
    expect(paging).toEqual({ limit: 4, page: 3, totalCount: 10 });
    expect(requestRestrictionPolicyList).toHaveLength(2);
  });
});

describe('a key value', () => {
  let policy: Json;
  let values: string;

  beforeEach(async () => {
    policy = await createPolicy();
    values = `${pathOf(policy)}/key-values`;
  });

  const add = (body: object) => api.call('POST', values, { requestRestrictionKeyValue: 'member-1', ...body });
  const listValues = async (): Promise<Json[]> => (await api.ok('GET', values)).requestRestrictionKeyValueList;

  it('is created, with nothing said or with everything', async () => {
    const { body } = await add({});
    expect(body.requestRestrictionKeyValue).toEqual({
      requestRestrictionKeyValueId: expect.any(String),
      requestRestrictionPolicyId: policy.requestRestrictionPolicyId,
      requestRestrictionKeyValue: 'member-1',
      requestsPerSecond: null,
      ipAccessControlType: null,
      ipAccessControlList: [],
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const content = {
      requestRestrictionKeyValue: '회원 2',
      requestsPerSecond: 10,
      ipAccessControlType: 'DENY',
      ipAccessControlList: ['10.0.0.1', '10.0.0.1/24', '2001:db8::/32'],
    };
    expect((await add(content)).body.requestRestrictionKeyValue).toMatchObject(content);
    expect(await listValues()).toMatchObject([body.requestRestrictionKeyValue, content]);
  });

  it.each([
    [{ requestRestrictionKeyValue: '' }, 'requestRestrictionKeyValue'],
    [{ requestRestrictionKeyValue: 'a'.repeat(256) }, 'requestRestrictionKeyValue'],
    [{ requestsPerSecond: 0 }, 'requestsPerSecond'],
    [{ requestsPerSecond: 5001 }, 'requestsPerSecond'],
    [{ ipAccessControlType: 'MAYBE' }, 'ipAccessControlType'],
    [{ ipAccessControlList: ['10.0.0.1'] }, 'ipAccessControlType'],
    [{ ipAccessControlType: 'ALLOW', ipAccessControlList: ['10.0.0.1/33'] }, 'ipAccessControlList'],
    [{ ipAccessControlType: 'ALLOW', ipAccessControlList: ['host'] }, 'ipAccessControlList'],
    [{ ipAccessControlType: 'ALLOW', ipAccessControlList: [5] }, 'ipAccessControlList'],
    [{ ipAccessControlType: 'ALLOW', ipAccessControlList: ['10.0.0.1', '10.0.0.1'] }, 'ipAccessControlList'],
    [{ ipAccessControlType: 'ALLOW', ipAccessControlList: '10.0.0.1' }, 'ipAccessControlList'],
    [
      {
        ipAccessControlType: 'ALLOW',
        ipAccessControlList: Array.from({ length: 101 }, (_unused, index) => `10.0.0.${index}`),
      },
      'ipAccessControlList',
    ],
  ])('is not created with %j', async (change, field) => {
    expectError(await add(change), 'INVALID_INPUT', [field]);
    expect(await listValues()).toEqual([]);
  });

  it('is modified in all but the value; what is left out is unset', async () => {
    const full = { requestsPerSecond: 10, ipAccessControlType: 'ALLOW', ipAccessControlList: ['10.0.0.1'] };
    const { requestRestrictionKeyValueId } = (await add(full)).body.requestRestrictionKeyValue;
    const one = `${values}/${requestRestrictionKeyValueId}`;
    const { requestRestrictionKeyValue } = await api.ok('PUT', one, { ipAccessControlType: 'DENY' });
    const unset = { requestsPerSecond: null, ipAccessControlType: 'DENY', ipAccessControlList: [] };
    expect(requestRestrictionKeyValue).toMatchObject({ requestRestrictionKeyValue: 'member-1', ...unset });
    const renamed = await api.call('PUT', one, { requestRestrictionKeyValue: 'b' });
    expectError(renamed, 'INVALID_INPUT', ['requestRestrictionKeyValue']);
  });

  it('is gone when it is deleted, and of another policy, service or project does not exist', async () => {
    const { requestRestrictionKeyValueId } = (await add({})).body.requestRestrictionKeyValue;
    const one = `${values}/${requestRestrictionKeyValueId}`;
    const other = `${pathOf(await createPolicy())}/key-values/${requestRestrictionKeyValueId}`;
    expectError(await api.call('PUT', other, {}), 'INVALID_PARAMETER', ['requestRestrictionKeyValueId']);
    expectError(await api.call('DELETE', other), 'INVALID_PARAMETER', ['requestRestrictionKeyValueId']);
    const nowhere = `${policies}/nothing/key-values`;
    expectError(await api.call('POST', nowhere, { requestRestrictionKeyValue: 'a' }), 'INVALID_PARAMETER', [
      'requestRestrictionPolicyId',
    ]);
    const stranger = await stack.newProject();
    for (const [method, path] of [
      ['GET', values],
      ['POST', values],
      ['PUT', one],
      ['DELETE', one],
    ] as const) {
      const body = method === 'POST' ? { requestRestrictionKeyValue: 'a' } : {};
      expectError(await stranger.call(method, path, method === 'GET' ? undefined : body), 'SERVICE_NOT_FOUND');
    }
    await api.ok('DELETE', one);
    expectError(await api.call('DELETE', one), 'INVALID_PARAMETER', ['requestRestrictionKeyValueId']);
    expect(await listValues()).toEqual([]);
  });

  it('exists once in its policy when fifty clients add it at once, and also in another policy', async () => {
    expect(await fiftyAtOnce(() => add({}))).toEqual({ 0: 1, 400100001: 49 });
    expectError(await add({}), 'INVALID_INPUT', ['requestRestrictionKeyValue']);
    values = `${pathOf(await createPolicy())}/key-values`;
    expect((await add({})).status).toBe(200);
  });

  it('is one of at most a thousand when fifty clients add at the limit', async () => {
    await stack.query(
      `INSERT INTO restriction_key_value (id, policy_id, value)
       SELECT $1 || n, $1, 'value ' || n FROM generate_series(1, 990) n`,
      [policy.requestRestrictionPolicyId],
    );
    const counts = await fiftyAtOnce((index) => add({ requestRestrictionKeyValue: `new ${index}` }));
    expect(counts).toEqual({ 0: 10, 400100000: 40 });
    const { paging, requestRestrictionKeyValueList } = await api.ok('GET', `${values}?limit=1000`);
    expect([paging.totalCount, requestRestrictionKeyValueList.length]).toEqual([1000, 1000]);
  });
});

describe('a policy on a stage', () => {
  let stage: string;
  let resources: Json[];

  beforeEach(async () => {
    const responses = { 200: { description: 'ok' } };
    const memberId = { name: 'memberId', in: 'path', required: true, type: 'string' };
    await api.importSwagger(serviceId, {
      swagger: '2.0',
      info: { title: 'members', version: '1' },
      paths: {
        '/members': { get: { responses } },
        '/members/{memberId}': { get: { parameters: [memberId], responses } },
      },
    });
    stage = `/services/${serviceId}/stages/${(await api.createStage(serviceId, 'http://127.0.0.1:10080', 'alpha')).stageId}`;
    resources = (await api.ok('GET', `${stage}/resources`)).stageResourceList;
  });

  const pluginOf = (policy: Json) => ({
    pluginType: 'REQUEST_RESTRICTION',
    pluginConfigJson: { requestRestrictionPolicyId: policy.requestRestrictionPolicyId },
  });

  function set(path: string, methodType: string | null, plugins: object[]): Promise<ApiAnswer> {
    const resource = resources.find((one) => one.path === path && one.methodType === methodType);
    const body = { stageResourcePluginList: plugins };
    return api.call('PUT', `${stage}/resources/${resource.stageResourceId}`, body);
  }

  it('is set on the root path, a path and a method', async () => {
    const byHeader = await createPolicy(BY_HEADER);
    const byMember = await createPolicy();
    const places: [string, string | null, Json][] = [
      ['/', null, byHeader],
      ['/members/{memberId}', null, byMember],
      ['/members/{memberId}', 'GET', byMember],
      ['/members', 'GET', byHeader],
    ];
    for (const [path, methodType, policy] of places) {
      const { body } = await set(path, methodType, [pluginOf(policy)]);
      expect(body.stageResourceList[0].stageResourcePluginList).toEqual(
        expect.arrayContaining([expect.objectContaining(pluginOf(policy))]),
      );
    }
  });

  it('must exist in the service, and look at a variable that the path declares', async () => {
    const field = 'stageResourcePluginList[0].pluginConfigJson.requestRestrictionPolicyId';
    expectError(await set('/', null, [pluginOf({ requestRestrictionPolicyId: 'no' })]), 'INVALID_INPUT', [field]);
    expectError(await set('/', null, [pluginOf({})]), 'INVALID_INPUT', [field]);
    const byMember = await createPolicy();
    expectError(await set('/', null, [pluginOf(byMember)]), 'PATH_VARIABLE_UNDECLARED', [field]);
    expectError(await set('/members', 'GET', [pluginOf(byMember)]), 'PATH_VARIABLE_UNDECLARED', [field]);
    const elsewhere = policies.replace(serviceId, await api.createService());
    const { requestRestrictionPolicy } = await api.ok('POST', elsewhere, BY_HEADER);
    expectError(await set('/', null, [pluginOf(requestRestrictionPolicy)]), 'INVALID_INPUT', [field]);
    expect((await api.ok('GET', `${stage}/resources`)).stageResourceList).toEqual(resources);
  });

  it('is not deleted until no stage has it set, and the answer names the stage', async () => {
    const policy = await createPolicy(BY_HEADER);
    await set('/members', null, [pluginOf(policy)]);
    const refused = await remove(policy);
    expectError(refused, 'INVALID_PARAMETER', ['requestRestrictionPolicyId']);
    expect(refused.body.errorList[0].errorMessage).toContain('the stage alpha');
    await set('/members', null, []);
    expect((await remove(policy)).status).toBe(200);
  });

  it('is not deleted while it is part of what is deployed, and not restored once it is deleted', async () => {
    const policy = await createPolicy(BY_HEADER);
    const [, , serviceOfStage = '', , stageId = ''] = stage.split('/');
    await set('/members', null, [pluginOf(policy)]);
    const { deployId, deployStatus } = await api.deploy(serviceOfStage, stageId);
    expect(deployStatus).toBe('COMPLETE');
    await set('/members', null, []);
    const refused = await remove(policy);
    expectError(refused, 'INVALID_PARAMETER', ['requestRestrictionPolicyId']);
    expect(refused.body.errorList[0].errorMessage).toContain('deployed to the stage alpha');
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await api.deploy(serviceOfStage, stageId);
    expect((await remove(policy)).status).toBe(200);
    const before = await api.ok('GET', `${stage}/resources`);
    const rollback = await api.call('POST', `${stage}/deploys/${deployId}/rollback`);
    expectError(rollback, 'ROLLBACK_FAILED', ['settings']);
    expect(rollback.body.errorList[0].errorMessage).toContain(policy.requestRestrictionPolicyId);
    expect(await api.ok('GET', `${stage}/resources`)).toEqual(before);
  });

  it('is either set or gone when fifty clients set and delete it at once', async () => {
    const policy = await createPolicy(BY_HEADER);
    const counts = await fiftyAtOnce((index) =>
      index % 2 === 0 ? set('/members', null, [pluginOf(policy)]) : remove(policy),
    );
    expect(Object.keys(counts).every((code) => ['0', '400100000', '400100001'].includes(code))).toBe(true);
    const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
    const isSet = JSON.stringify(stageResourceList).includes(policy.requestRestrictionPolicyId);
    expect(await listed()).toHaveLength(isSet ? 1 : 0);
  });
});
