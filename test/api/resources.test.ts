import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { corsPlugin, headerPlugin, httpPlugin, mockMethod } from '../resources/trees.js';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

const DATE = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const ID = expect.stringMatching(/^[0-9a-z]{20}$/);

let stack: Stack;
let api: Api;
let serviceId: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
});

const list = async (): Promise<Json[]> => (await api.ok('GET', `/services/${serviceId}/resources`)).resourceList;
const create = async (...resourcePathList: object[]): Promise<Json[]> =>
  (await api.ok('POST', `/services/${serviceId}/resources`, { resourcePathList })).resourceList;
const names = (resources: Json[]) =>
  resources.map(({ path, methodType }) => (methodType ? `${methodType} ${path}` : path));
const find = (resources: Json[], path: string, methodType: string | null = null): Json =>
  resources.find((one) => one.path === path && one.methodType === methodType);
const types = (resource: Json) => resource.resourcePluginList.map((plugin: Json) => plugin.pluginType);

const modify = async (resourceId: string, ...pathPluginList: object[]): Promise<Json[]> =>
  (await api.ok('PUT', `/services/${serviceId}/resource-paths/${resourceId}`, { pathPluginList })).resourceList;

describe('creating paths', () => {
  it('answers with the created resources in the shape of the contract, those above included', async () => {
    const created = await create({
      path: '/members/{memberId}',
      pathPluginList: [corsPlugin],
      methodList: [
        {
          methodType: 'PUT',
          methodName: 'Put',
          methodPluginList: [httpPlugin('/members/{memberId}', '/m/${request.path.memberId}')],
        },
        {
          methodType: 'GET',
          methodName: 'Get',
          methodDescription: 'one',
          methodPluginList: [httpPlugin('/members/{memberId}')],
        },
      ],
    });
    expect(names(created)).toEqual([
      '/members',
      '/members/{memberId}',
      'GET /members/{memberId}',
      'PUT /members/{memberId}',
      'OPTIONS /members/{memberId}',
    ]);
    expect(created.map((one) => one.parentPath)).toEqual([
      '/',
      '/members',
      ...Array.from({ length: 3 }, () => '/members/{memberId}'),
    ]);
    expect(created[2]).toEqual({
      resourceId: ID,
      apigwServiceId: serviceId,
      path: '/members/{memberId}',
      parentPath: '/members/{memberId}',
      methodType: 'GET',
      methodName: 'Get',
      methodDescription: 'one',
      createdAt: DATE,
      updatedAt: DATE,
      resourcePluginList: [
        {
          resourcePluginId: ID,
          resourceId: created[2].resourceId,
          pluginType: 'HTTP',
          pluginConfigJson: { frontendEndpointPath: '/members/{memberId}', backendEndpointPath: '/' },
          createdAt: DATE,
          updatedAt: DATE,
        },
      ],
    });
    expect(created[0]).toMatchObject({
      methodType: null,
      methodName: null,
      methodDescription: null,
      resourcePluginList: [],
    });
    expect(created[4]).toMatchObject({ methodName: 'CORS', methodDescription: null });
    expect((await list()).slice(1)).toEqual(created);
  });

  it('keeps keys of settings that are named like parts of every object', async () => {
    const parameters = { constructor: 'a', valueOf: 'b', hasOwnProperty: 'c' };
    const plugin = { pluginType: 'ADD_REQUEST_QUERY_PARAMETER', pluginConfigJson: { parameters } };
    const [created] = await create({ path: '/a', pathPluginList: [plugin] });
    expect(created.resourcePluginList[0].pluginConfigJson).toEqual({ parameters });
  });

  it('orders the list by path, the path before its methods', async () => {
    await create(
      { path: '/b' },
      { path: '/a-b' },
      { path: '/a/c', methodList: [mockMethod('POST'), mockMethod('GET')] },
    );
    expect(names(await list())).toEqual(['/', '/a', '/a/c', 'GET /a/c', 'POST /a/c', '/a-b', '/b']);
  });
});

describe('one resource', () => {
  it('is got as the list shows it, a path and a method', async () => {
    await create({ path: '/a', pathPluginList: [headerPlugin('X-A')], methodList: [mockMethod('GET')] });
    for (const resource of await list()) {
      const answer = await api.ok('GET', `/services/${serviceId}/resources/${resource.resourceId}`);
      expect(answer.resource).toEqual(resource);
    }
  });

  it('of another service or project is not found', async () => {
    const [{ resourceId }] = await list();
    const other = await api.createService('other');
    const stranger = await stack.newProject();
    expectError(await api.call('GET', `/services/${other}/resources/${resourceId}`), 'RESOURCE_NOT_FOUND');
    expectError(await api.call('GET', `/services/${serviceId}/resources/nope`), 'RESOURCE_NOT_FOUND');
    expectError(await stranger.call('GET', `/services/${serviceId}/resources/${resourceId}`), 'SERVICE_NOT_FOUND');
  });
});

describe('creating methods', () => {
  it('copies plugins of the path but CORS and answers with the methods alone', async () => {
    const [path] = await create({ path: '/a', pathPluginList: [corsPlugin, headerPlugin('1')] });
    const answer = await api.ok('POST', `/services/${serviceId}/resources/${path.resourceId}/methods`, {
      methodList: [mockMethod('GET'), mockMethod('PUT', headerPlugin('2'))],
    });
    expect(names(answer.resourceList)).toEqual(['GET /a', 'PUT /a']);
    expect(answer.resourceList.flatMap(types)).toEqual(['MOCK', 'SET_REQUEST_HEADER', 'MOCK', 'SET_REQUEST_HEADER']);
    const values = answer.resourceList.map((one: Json) => one.resourcePluginList[1].pluginConfigJson.headers['X-Test']);
    expect(values).toEqual(['1', '2']);
  });
});

describe('changing plugins of a path', () => {
  it('adds, changes and deletes by type, and answers with the path and what else changed', async () => {
    const [path] = await create({ path: '/a', methodList: [mockMethod('GET')] });
    const [added] = await modify(path.resourceId, headerPlugin('1'));
    expect(types(added)).toEqual(['SET_REQUEST_HEADER']);
    const [changed, ...others] = await modify(path.resourceId, headerPlugin('2'), corsPlugin);
    expect(changed.resourcePluginList[1]).toMatchObject({
      resourcePluginId: added.resourcePluginList[0].resourcePluginId,
      pluginConfigJson: { headers: { 'X-Test': '2' } },
    });
    expect(names(others)).toEqual(['OPTIONS /a']);
    const after = await modify(
      path.resourceId,
      { pluginType: 'SET_REQUEST_HEADER', delete: true },
      { pluginType: 'CORS', delete: true },
    );
    expect(after).toMatchObject([{ path: '/a', methodType: null, resourcePluginList: [] }]);
    expect(names(await list())).toEqual(['/', '/a', 'GET /a']);
  });

  it('reaches everything below with applyChildPath, setting and deleting', async () => {
    await create(
      { path: '/a/b', methodList: [mockMethod('GET', headerPlugin('own'))] },
      { path: '/c', methodList: [mockMethod('GET')] },
    );
    const a = find(await list(), '/a');
    const changed = await modify(a.resourceId, { ...headerPlugin('1'), applyChildPath: true });
    expect(names(changed)).toEqual(['/a', '/a/b', 'GET /a/b']);
    expect(find(changed, '/a/b', 'GET').resourcePluginList[1].pluginConfigJson).toEqual({ headers: { 'X-Test': '1' } });
    await modify(a.resourceId, { pluginType: 'SET_REQUEST_HEADER', delete: true, applyChildPath: true });
    expect((await list()).flatMap(types).filter((type) => type !== 'MOCK')).toEqual([]);
  });

  it('makes and takes the OPTIONS methods of CORS with applyChildPath', async () => {
    await create({ path: '/a/b', methodList: [mockMethod('OPTIONS')] });
    const root = find(await list(), '/');
    await modify(root.resourceId, { ...corsPlugin, applyChildPath: true });
    expect(names(await list())).toEqual(['/', 'OPTIONS /', '/a', 'OPTIONS /a', '/a/b', 'OPTIONS /a/b']);
    expect(find(await list(), '/a/b', 'OPTIONS').methodName).toBe('CORS');
    await modify(root.resourceId, { pluginType: 'CORS', delete: true, applyChildPath: true });
    expect(names(await list())).toEqual(['/', '/a', '/a/b']);
  });

  it('accepts a request without a body and changes nothing', async () => {
    const [path] = await create({ path: '/a' });
    const answer = await api.ok('PUT', `/services/${serviceId}/resource-paths/${path.resourceId}`);
    expect(answer.resourceList).toEqual([path]);
  });
});

describe('changing a method', () => {
  it('changes name, description and plugins, and answers with the method', async () => {
    const [, method] = await create({ path: '/a', methodList: [mockMethod('GET', headerPlugin('1'))] });
    const { resourceList } = await api.ok('PUT', `/services/${serviceId}/resource-methods/${method.resourceId}`, {
      methodName: 'after',
      methodDescription: 'what it does',
      methodPluginList: [httpPlugin('/a'), { pluginType: 'MOCK', delete: true }],
    });
    expect(resourceList).toMatchObject([
      { methodName: 'after', methodDescription: 'what it does', resourceId: method.resourceId },
    ]);
    expect(types(resourceList[0])).toEqual(['HTTP', 'SET_REQUEST_HEADER']);
    expect(find(await list(), '/a', 'GET')).toEqual(resourceList[0]);
  });
});

describe('deleting', () => {
  it('takes everything below a path along', async () => {
    await create({ path: '/a/b', pathPluginList: [corsPlugin], methodList: [mockMethod('GET')] }, { path: '/ab' });
    await api.ok('DELETE', `/services/${serviceId}/resources/${find(await list(), '/a').resourceId}`);
    expect(names(await list())).toEqual(['/', '/ab']);
  });

  it('takes a single method', async () => {
    const created = await create({ path: '/a', methodList: [mockMethod('GET'), mockMethod('PUT')] });
    await api.ok('DELETE', `/services/${serviceId}/resources/${find(created, '/a', 'GET').resourceId}`);
    expect(names(await list())).toEqual(['/', '/a', 'PUT /a']);
  });
});

const revision = async () => {
  const rows = await stack.query<{ resource_revision: number }>('SELECT resource_revision FROM service WHERE id = $1', [
    serviceId,
  ]);
  return rows[0]?.resource_revision;
};

describe('the revision and the dates', () => {
  it('go up with every effective change, and stay with a change to what is there already', async () => {
    expect(await revision()).toBe(1);
    const [path, method] = await create({
      path: '/a',
      pathPluginList: [headerPlugin('1')],
      methodList: [mockMethod('GET')],
    });
    expect(await revision()).toBe(2);
    const before = await list();
    await api.ok('PUT', `/services/${serviceId}/resource-paths/${path.resourceId}`, {
      pathPluginList: [headerPlugin('1')],
    });
    await api.ok('PUT', `/services/${serviceId}/resource-methods/${method.resourceId}`, { methodName: 'GET' });
    expect(await revision()).toBe(2);
    expect(await list()).toEqual(before);
    await api.ok('PUT', `/services/${serviceId}/resource-paths/${path.resourceId}`, {
      pathPluginList: [headerPlugin('2')],
    });
    expect(await revision()).toBe(3);
    await api.ok('DELETE', `/services/${serviceId}/resources/${path.resourceId}`);
    expect(await revision()).toBe(4);
  });

  it('touch the resources that changed and no others', async () => {
    const created = await create(
      { path: '/a', methodList: [mockMethod('GET')] },
      { path: '/b', methodList: [mockMethod('GET')] },
    );
    const method = find(created, '/a', 'GET');
    await api.ok('PUT', `/services/${serviceId}/resource-methods/${method.resourceId}`, { methodName: 'after' });
    const after = await list();
    const changed = after
      .filter(({ updatedAt, createdAt }) => updatedAt !== createdAt)
      .map(({ resourceId }) => resourceId);
    expect(changed).toEqual([method.resourceId]);
    expect(find(after, '/b', 'GET')).toEqual(find(created, '/b', 'GET'));
  });
});
