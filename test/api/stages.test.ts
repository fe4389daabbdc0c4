import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { type Stack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: Stack;
let api: Api;
let serviceId: string;
let stages: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  stages = `/services/${serviceId}/stages`;
  await api.importSwagger(serviceId, httpDocument());
});

const create = (body: object) => api.call('POST', stages, { backendEndpointUrl: BACKEND, ...body });
const countOfStages = async () => (await api.ok('GET', stages)).paging.totalCount;
const resourcesOf = async (stageId: string): Promise<Json[]> =>
  (await api.ok('GET', `${stages}/${stageId}/resources`)).stageResourceList;

async function resourceOf(stageId: string, path: string, methodType: string | null = null): Promise<Json> {
  return (await resourcesOf(stageId)).find((one) => one.path === path && one.methodType === methodType);
}

function putResource(stageId: string, resource: Json, body: object) {
  return api.call('PUT', `${stages}/${stageId}/resources/${resource.stageResourceId}`, {
    stageResourcePluginList: [],
    ...body,
  });
}

describe('a stage', () => {
  it('is created with the fields of the contract and a copy of the resources', async () => {
    const { stage } = (await create({ stageName: 'alpha', stageDescription: 'first' })).body;
    expect(stage).toEqual({
      stageId: expect.any(String),
      apigwServiceId: serviceId,
      regionCode: 'KR1',
      stageName: 'alpha',
      stageDescription: 'first',
      stageUrl: `kr1-${serviceId}-alpha.api.localhost`,
      stageCustomUrl: '',
      stageCustomDomainList: [],
      stageAliasDomainList: [],
      backendEndpointUrl: BACKEND,
      resourceUpdatedAt: expect.stringMatching(/Z$/),
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const list = await resourcesOf(stage.stageId);
    expect(list.map((one) => [one.path, one.methodType, one.parentPath])).toEqual([
      ['/', null, null],
      ['/items', null, '/'],
      ['/items', 'GET', '/items'],
      ['/items', 'POST', '/items'],
      ['/items/{itemId}', null, '/items'],
      ['/items/{itemId}', 'GET', '/items/{itemId}'],
    ]);
    expect(list.at(-1)).toMatchObject({
      customBackendEndpointUrl: null,
      stageResourcePluginList: [
        { pluginType: 'HTTP', pluginConfigJson: { backendEndpointPath: '/v1/items/${request.path.itemId}' } },
      ],
    });
  });

  it('without a name is the default one, whose host has no name in it', async () => {
    const { stage } = (await create({})).body;
    expect(stage).toMatchObject({ stageName: null, stageUrl: `kr1-${serviceId}.api.localhost` });
    expectError(await create({ stageName: '' }), 'STAGE_NAME_DUPLICATED');
    expectError(await create({ stageName: null }), 'STAGE_NAME_DUPLICATED');
  });

  it('is got as the list shows it', async () => {
    await api.createStage(serviceId, BACKEND, 'beta');
    const stage = await api.createStage(serviceId, BACKEND, 'alpha');
    const { stageList } = await api.ok('GET', stages);
    expect((await api.ok('GET', `${stages}/${stage.stageId}`)).stage).toEqual(stage);
    expect(stageList).toContainEqual(stage);
  });

  it('of another project is not found', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const stranger = await stack.newProject();
    expectError(await stranger.call('GET', `${stages}/${stageId}`), 'SERVICE_NOT_FOUND');
    expectError(await api.call('GET', `${stages}/nope`), 'STAGE_NOT_FOUND');
  });

  it('can be modified; its name stays', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND, 'alpha');
    const change = { backendEndpointUrl: 'https://example.com/base', stageDescription: 'changed' };
    const { stage } = await api.ok('PUT', `${stages}/${stageId}`, change);
    expect(stage).toMatchObject({ ...change, stageName: 'alpha' });
    expect((await api.ok('GET', stages)).stageList).toEqual([stage]);
  });

  it('is gone with its resources and its host name when it is deleted, and the name is free again', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND, 'alpha');
    await api.ok('DELETE', `${stages}/${stageId}`);
    expectError(await api.call('GET', `${stages}/${stageId}/resources`), 'STAGE_NOT_FOUND');
    expect(await stack.query('SELECT 1 FROM stage_host WHERE stage_id = $1', [stageId])).toEqual([]);
    expect((await create({ stageName: 'alpha' })).status).toBe(200);
  });

  it('is deleted with its service', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND, 'alpha');
    await api.ok('DELETE', `/services/${serviceId}`);
    expect(await stack.query('SELECT 1 FROM stage_resource WHERE stage_id = $1', [stageId])).toEqual([]);
  });

  it('of another service does not exist', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const other = `/services/${await api.createService()}/stages/${stageId}`;
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['PUT', '', { backendEndpointUrl: BACKEND }],
      ['DELETE', ''],
      ['GET', '/diff'],
      ['GET', '/deploys/x/diff?with=y'],
      ['GET', '/documents/swagger'],
      ['GET', '/resources'],
      ['PUT', '/resources'],
      ['PUT', '/resources/x', { stageResourcePluginList: [] }],
      ['GET', '/swagger'],
      ['POST', '/deploys'],
      ['GET', '/deploys'],
      ['GET', '/deploys/latest'],
      ['DELETE', '/deploys/x'],
      ['POST', '/deploys/x/rollback'],
    ];
    for (const [method, path, body] of calls)
      expectError(await api.call(method, other + path, body), 'STAGE_NOT_FOUND');
  });
});

describe('creating a stage', () => {
  it.each([
    [{ stageName: 'Alpha' }, 'stageName'],
    [{ stageName: 'a-b' }, 'stageName'],
    [{ stageName: 'a'.repeat(31) }, 'stageName'],
    [{ stageDescription: 'a'.repeat(201) }, 'stageDescription'],
    [{ backendEndpointUrl: 5 }, 'backendEndpointUrl'],
    [{ color: 'red' }, 'color'],
  ])('refuses %j and leaves no trace', async (body, field) => {
    expectError(await create(body), 'INVALID_INPUT', [field]);
    expect(await countOfStages()).toBe(0);
  });

  it.each(['nonsense', 'ftp://a', 'http://a?b=c', `http://${'a'.repeat(150)}`])(
    'refuses the backend URL %s and leaves no trace',
    async (backendEndpointUrl) => {
      expectError(await create({ backendEndpointUrl }), 'BACKEND_URL_INVALID', ['backendEndpointUrl']);
      expect(await countOfStages()).toBe(0);
    },
  );

  it('needs a method in the service', async () => {
    const empty = await api.createService();
    const answer = await api.call('POST', `/services/${empty}/stages`, { backendEndpointUrl: BACKEND });
    expectError(answer, 'NO_METHOD_TO_STAGE');
  });

  it('stops at the limit when fifty clients create at once', async () => {
    const counts = await fiftyAtOnce((index) => create({ stageName: `s${index}` }));
    expect(counts).toEqual({ 0: 10, 400103006: 40 });
    expect(await countOfStages()).toBe(10);
  });

  it('makes a name once when fifty clients ask for it at once', async () => {
    expect(await fiftyAtOnce(() => create({ stageName: 'same' }))).toEqual({ 0: 1, 409103002: 49 });
  });

  it('makes one default stage when fifty clients ask for it at once', async () => {
    expect(await fiftyAtOnce(() => create({}))).toEqual({ 0: 1, 409103002: 49 });
  });

  it('makes nothing when the host name cannot be registered', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND, 'first');
    await stack.query(`INSERT INTO stage_host (host_name, stage_id) VALUES ($1, $2)`, [
      `kr1-${serviceId}-second.api.localhost`,
      stageId,
    ]);
    expectError(await create({ stageName: 'second' }), 'STAGE_HOST_NOT_REGISTERED');
    expect(await countOfStages()).toBe(1);
  });
});

describe('modifying a stage', () => {
  it('refuses a backend URL that is none, and changes nothing', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const answer = await api.call('PUT', `${stages}/${stageId}`, { backendEndpointUrl: 'ftp://backend' });
    expectError(answer, 'BACKEND_URL_INVALID', ['backendEndpointUrl']);
    expect((await api.ok('GET', stages)).stageList[0].backendEndpointUrl).toBe(BACKEND);
  });
});

describe('the host name record', () => {
  it('that cannot be released keeps the stage', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const fault = { operation: 'DELETE', table: 'stage_host', condition: `OLD.stage_id = '${stageId}'` } as const;
    await withRowFault(stack, fault, async () => {
      expectError(await api.call('DELETE', `${stages}/${stageId}`), 'STAGE_HOST_NOT_RELEASED');
    });
    expect(await countOfStages()).toBe(1);
    await api.ok('DELETE', `${stages}/${stageId}`);
  });

  it('that is lost is told when the stage is modified', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    await stack.query('DELETE FROM stage_host WHERE stage_id = $1', [stageId]);
    const answer = await api.call('PUT', `${stages}/${stageId}`, { backendEndpointUrl: 'http://changed' });
    expectError(answer, 'HOST_RECORD_NOT_FOUND');
    expect((await api.ok('GET', stages)).stageList[0].backendEndpointUrl).toBe(BACKEND);
  });
});

describe('importing resources to a stage', () => {
  it('copies anew, and keeps plugins and overrides of what still exists', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const items = await resourceOf(stageId, '/items', 'GET');
    const kept = {
      customBackendEndpointUrl: 'http://override:10001',
      stageResourcePluginList: [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }],
    };
    expect((await putResource(stageId, items, kept)).status).toBe(200);
    const service = (await api.ok('GET', `/services/${serviceId}/resources`)).resourceList as Json[];
    const removed = service.find((one) => one.path === '/items/{itemId}' && one.methodType === null);
    await api.ok('DELETE', `/services/${serviceId}/resources/${removed.resourceId}`);
    const { stageResourceList } = await api.ok('PUT', `${stages}/${stageId}/resources`);
    expect(stageResourceList.map((one: Json) => `${one.methodType ?? ''} ${one.path}`)).toEqual([
      ' /',
      ' /items',
      'GET /items',
      'POST /items',
    ]);
    const again = await resourceOf(stageId, '/items', 'GET');
    expect(again.stageResourceId).not.toBe(items.stageResourceId);
    expect(again.customBackendEndpointUrl).toBe('http://override:10001');
    expect(again.stageResourcePluginList.map((one: Json) => one.pluginType)).toEqual(['API_KEY', 'HTTP']);
  });

  it('is refused when the stage has the latest ones', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    expectError(await api.call('PUT', `${stages}/${stageId}/resources`), 'STAGE_RESOURCES_UP_TO_DATE');
    await api.importSwagger(serviceId, mockDocument());
    expect(await fiftyAtOnce(() => api.call('PUT', `${stages}/${stageId}/resources`))).toEqual({ 0: 1, 409103003: 49 });
  });

  it('is refused when the service has no method any more', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
    const items = resourceList.find((one: Json) => one.path === '/items' && one.methodType === null);
    await api.ok('DELETE', `/services/${serviceId}/resources/${items.resourceId}`);
    expectError(await api.call('PUT', `${stages}/${stageId}/resources`), 'NO_METHOD_TO_STAGE');
    expect(await resourcesOf(stageId)).toHaveLength(6);
  });
});

describe('stage plugins', () => {
  let stageId: string;
  let root: Json;
  let items: Json;
  let getItem: Json;

  beforeEach(async () => {
    stageId = (await api.createStage(serviceId, BACKEND)).stageId;
    root = await resourceOf(stageId, '/');
    items = await resourceOf(stageId, '/items');
    getItem = await resourceOf(stageId, '/items/{itemId}', 'GET');
  });

  const plugin = (pluginType: string, pluginConfigJson: unknown) => ({
    stageResourcePluginList: [{ pluginType, pluginConfigJson }],
  });

  it('replace those that the resource had, and come back with defaults filled in', async () => {
    await putResource(stageId, root, plugin('RATE_LIMIT', { keyType: 'IP', requestPerSec: 5 }));
    const { body } = await putResource(stageId, root, plugin('HMAC', { secretKey: 'hush', clockSkewSeconds: 10 }));
    expect(body.stageResourceList[0].stageResourcePluginList).toMatchObject([
      { pluginType: 'HMAC', pluginConfigJson: { secretKey: 'hush', clockSkewSeconds: 10, enforceHeaders: [] } },
    ]);
    await putResource(stageId, root, {});
    expect((await resourceOf(stageId, '/')).stageResourcePluginList).toEqual([]);
  });

  it('leave the plugins that came with the resource alone', async () => {
    await putResource(stageId, getItem, plugin('API_KEY', { isActive: true }));
    const types = (await resourceOf(stageId, '/items/{itemId}', 'GET')).stageResourcePluginList;
    expect(types.map((one: Json) => one.pluginType)).toEqual(['API_KEY', 'HTTP']);
  });

  it('keep their secrets sealed in the database', async () => {
    await putResource(stageId, root, plugin('HMAC', { secretKey: 'hush-hush-hush' }));
    const [{ config }] = (await stack.query<{ config: Json }>(
      `SELECT config FROM stage_resource_plugin WHERE stage_resource_id = $1`,
      [root.stageResourceId],
    )) as [{ config: Json }];
    expect(config.secretKey).toMatch(/^sealed:/);
    expect(JSON.stringify(config)).not.toContain('hush');
  });

  it('stand only where they may', async () => {
    const limit = plugin('RATE_LIMIT', { keyType: 'IP', requestPerSec: 5 });
    expectError(await putResource(stageId, items, limit), 'STAGE_PLUGIN_POSITION_INVALID', [
      'stageResourcePluginList[0].pluginType',
    ]);
    const hmac = plugin('HMAC', { secretKey: 's' });
    expectError(await putResource(stageId, getItem, hmac), 'STAGE_PLUGIN_POSITION_INVALID');
    expect((await putResource(stageId, getItem, limit)).status).toBe(200);
  });

  it.each([
    [
      'INVALID_INPUT',
      plugin('RATE_LIMIT', { keyType: 'IP', requestPerSec: 5001 }),
      'stageResourcePluginList[0].pluginConfigJson.requestPerSec',
    ],
    ['INVALID_INPUT', plugin('NOPE', {}), 'stageResourcePluginList[0].pluginType'],
    ['INVALID_INPUT', plugin('HTTP', {}), 'stageResourcePluginList[0].pluginType'],
    ['INVALID_INPUT', plugin('API_KEY', 'yes'), 'stageResourcePluginList[0].pluginConfigJson'],
    ['INVALID_INPUT', { stageResourcePluginList: 5 }, 'stageResourcePluginList'],
    [
      'INVALID_HEADER_NAME',
      plugin('RATE_LIMIT', { keyType: 'HEADER', extraKeyValue: 'a b', requestPerSec: 5 }),
      'stageResourcePluginList[0].pluginConfigJson.extraKeyValue',
    ],
    [
      'PATH_VARIABLE_UNDECLARED',
      plugin('RATE_LIMIT', { keyType: 'PATH_VARIABLE', extraKeyValue: '${request.path.nope}', requestPerSec: 5 }),
      'stageResourcePluginList[0].pluginConfigJson.extraKeyValue',
    ],
    [
      'CONTEXT_VARIABLE_INVALID',
      plugin('RATE_LIMIT', { keyType: 'PATH_VARIABLE', extraKeyValue: '${request.path. }', requestPerSec: 5 }),
      'stageResourcePluginList[0].pluginConfigJson.extraKeyValue',
    ],
  ] as const)('refuse with %s: %j', async (key, body, field) => {
    expectError(await putResource(stageId, getItem, body), key, [field]);
    expect((await resourceOf(stageId, '/items/{itemId}', 'GET')).stageResourcePluginList).toHaveLength(1);
  });

  it('do not let a PRE_API call a stage of this installation', async () => {
    const url = `http://kr1-${serviceId}.api.localhost:8080/check`;
    const answer = await putResource(stageId, root, plugin('PRE_API', { httpMethod: 'GET', url }));
    expectError(answer, 'PRE_API_URL_IS_STAGE_URL', ['stageResourcePluginList[0].pluginConfigJson.url']);
  });

  it('belong to a stage resource that exists', async () => {
    expectError(await putResource(stageId, { stageResourceId: 'nope' }, {}), 'STAGE_RESOURCE_NOT_FOUND');
  });
});

describe('a backend override', () => {
  it('is set, and taken away when it is left out', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const items = await resourceOf(stageId, '/items');
    const set = await putResource(stageId, items, { customBackendEndpointUrl: 'http://other' });
    expect(set.body.stageResourceList[0].customBackendEndpointUrl).toBe('http://other');
    await putResource(stageId, items, {});
    expect((await resourceOf(stageId, '/items')).customBackendEndpointUrl).toBeNull();
  });

  it('is refused on the root path and when it is no URL', async () => {
    const { stageId } = await api.createStage(serviceId, BACKEND);
    const url = { customBackendEndpointUrl: 'http://other' };
    const root = await resourceOf(stageId, '/');
    expectError(await putResource(stageId, root, url), 'BACKEND_OVERRIDE_NOT_ALLOWED', ['customBackendEndpointUrl']);
    const items = await resourceOf(stageId, '/items');
    const nonsense = await putResource(stageId, items, { customBackendEndpointUrl: 'nonsense' });
    expectError(nonsense, 'BACKEND_URL_INVALID', ['customBackendEndpointUrl']);
  });
});
