import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { newestItem, restoreItem, restoreNewest } from '../harness/recycle-bin.js';
import { resourceIdOf } from '../harness/rich-service.js';
import { readContent } from '../harness/service-state.js';
import { type Stack, useStack } from '../harness/stack.js';
import { corsPlugin, headerPlugin, mockMethod } from '../resources/trees.js';

let stack: Stack;
let api: Api;
let serviceId: string;
let service: string;
let modelId: string;

beforeAll(async () => {
  stack = await useStack();
});

/** A service with /a (CORS), /a/b, /a/b/{x}, methods on them, one of which answers with a model. */
beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService('shop');
  service = `/services/${serviceId}`;
  await create({ path: '/a', pathPluginList: [corsPlugin, headerPlugin('1')], methodList: [mockMethod('GET')] });
  await create({ path: '/a/b', methodList: [mockMethod('GET'), mockMethod('POST', headerPlugin('2'))] });
  await create({ path: '/a/b/{x}', methodList: [mockMethod('DELETE')] });
  modelId = (await api.ok('POST', `${service}/models`, { modelName: 'Pet', modelSchema: { type: 'object' } })).model
    .modelId;
  const post = `${service}/resources/${await resourceIdOf(api, service, '/a/b', 'POST')}`;
  const responseBody = { name: 'pet', description: '', modelId };
  await api.ok('POST', `${post}/responses`, { responseList: [{ responseStatusCode: 200, responseBody }] });
});

const create = (path: Json) => api.ok('POST', `${service}/resources`, { resourcePathList: [path] });
const remove = async (path: string, methodType: string | null = null) =>
  api.ok('DELETE', `${service}/resources/${await resourceIdOf(api, service, path, methodType)}`);
const removeModel = () => api.ok('DELETE', `${service}/models/${modelId}`);
const content = () => readContent(api, serviceId);
const revision = async () =>
  (await stack.query<{ n: number }>('SELECT resource_revision AS n FROM service WHERE id = $1', [serviceId]))[0]?.n ??
  0;

/** Demands that an item is not restored, and that nothing has changed. */
async function expectRefused(item: Json, key: ErrorKey, fields?: string[]): Promise<void> {
  const before = await databaseFingerprint(stack);
  expectError(await restoreItem(api, item), key, fields);
  expect(await databaseFingerprint(stack)).toEqual(before);
}

describe('a deleted resource', () => {
  it.each([
    ['a path with all below it', '/a', null, '/a', 8],
    ['a path in the middle', '/a/b', null, '/a/b', 5],
    ['a method', '/a/b', 'POST', 'POST /a/b', 1],
  ])('comes back as it was, and stages learn of it: %s', async (_name, path, methodType, title, count) => {
    const before = await content();
    await remove(path, methodType);
    const revisionBefore = await revision();
    expect(await content()).not.toEqual(before);
    const item = await newestItem(api);
    expect(item).toMatchObject({ kind: 'RESOURCE', operationId: 'deleteResource', title, apigwServiceId: serviceId });
    expect(item.contentList).toContainEqual({ contentType: 'RESOURCE', count });
    await restoreNewest(api, 'RESOURCE');
    expect(await content()).toEqual(before);
    expect(await revision()).toBe(revisionBefore + 1);
  });

  it('protects its model again', async () => {
    await remove('/a/b', 'POST');
    await restoreNewest(api, 'RESOURCE');
    expectError(await api.call('DELETE', `${service}/models/${modelId}`), 'MODEL_IN_USE');
  });

  it('is not restored where its place is taken', async () => {
    await remove('/a/b');
    await create({ path: '/a/b' });
    await expectRefused(await newestItem(api), 'RESOURCE_DUPLICATED', ['/a/b']);
    await remove('/a', 'GET');
    const methodList = [mockMethod('GET')];
    await api.ok('POST', `${service}/resources/${await resourceIdOf(api, service, '/a', null)}/methods`, {
      methodList,
    });
    await expectRefused(await newestItem(api), 'RESOURCE_DUPLICATED', ['/a']);
  });

  it('is not restored beside a path that differs only in a variable', async () => {
    await remove('/a/b/{x}');
    await create({ path: '/a/b/{y}' });
    await expectRefused(await newestItem(api), 'PATH_VARIABLE_CONFLICT', ['/a/b/{x}']);
  });

  it.each([
    ['a path', '/a/b/{x}', null],
    ['a method', '/a/b', 'GET'],
  ])('comes back after what stood above it, and not before: %s', async (_name, path, methodType) => {
    const before = await content();
    await remove(path, methodType);
    const lower = await newestItem(api);
    await remove('/a');
    await expectRefused(lower, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', [path]);
    const upper = await newestItem(api);
    expect((await restoreItem(api, upper)).status).toBe(200);
    expect((await restoreItem(api, lower)).status).toBe(200);
    expect(await content()).toEqual(before);
  });

  it('comes back after its model, and not before', async () => {
    const before = await content();
    await remove('/a/b', 'POST');
    const method = await newestItem(api);
    await removeModel();
    await expectRefused(method, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['models']);
    await restoreNewest(api, 'MODEL');
    expect((await restoreItem(api, method)).status).toBe(200);
    expect(await content()).toEqual(before);
  });

  it('is not restored without its service', async () => {
    await remove('/a');
    const item = await newestItem(api);
    await api.ok('DELETE', service);
    await expectRefused(item, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['apigwServiceId']);
  });

  it('is not restored in part when the database refuses a row of it', async () => {
    await remove('/a');
    const item = await newestItem(api);
    const condition = `NEW.model_id = '${modelId}'`;
    await withRowFault(stack, { operation: 'INSERT', table: 'model_reference', condition }, () =>
      expectRefused(item, 'DATABASE_FAILED'),
    );
  });
});

describe('a deleted model', () => {
  it('comes back as it was', async () => {
    await remove('/a/b', 'POST');
    const before = await content();
    await removeModel();
    expect(await newestItem(api)).toMatchObject({ kind: 'MODEL', title: 'Pet', objectId: modelId });
    await restoreNewest(api, 'MODEL');
    expect(await content()).toEqual(before);
  });

  it('is not restored beside another one of its name, nor without its service', async () => {
    await remove('/a/b', 'POST');
    await removeModel();
    const item = await newestItem(api, 'MODEL');
    await api.ok('POST', `${service}/models`, { modelName: 'Pet', modelSchema: {} });
    await expectRefused(item, 'MODEL_NAME_DUPLICATED');
    await api.ok('DELETE', service);
    await expectRefused(item, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['apigwServiceId']);
  });
});

describe('an import of resources', () => {
  it('is undone, the undoing too, and stages learn of both', async () => {
    const before = await content();
    await api.importSwagger(serviceId, httpDocument());
    const imported = await content();
    const item = await newestItem(api);
    expect(item).toMatchObject({ kind: 'RESOURCE_IMPORT', operationId: 'importResources', title: 'shop' });
    const revisionBefore = await revision();
    const undone = await restoreNewest(api, 'RESOURCE_IMPORT');
    expect(await content()).toEqual(before);
    expect(await newestItem(api)).toMatchObject({
      recycleBinItemId: undone.replacedRecycleBinItemId,
      kind: 'RESOURCE_IMPORT',
      operationId: 'restoreRecycleBinItem',
    });
    await api.ok('POST', `/recycle-bin/${undone.replacedRecycleBinItemId}/restore`);
    expect(await content()).toEqual(imported);
    expect(await revision()).toBe(revisionBefore + 2);
  });

  it('leaves nothing in the recycle bin when it is a dry run or refused', async () => {
    const { paging } = await api.ok('GET', '/recycle-bin');
    const swaggerData = mockDocument();
    await api.ok('POST', `${service}/resources/import?dryRun=true`, { swaggerData });
    await api.call('POST', `${service}/resources/import`, { swaggerData: { info: {} } });
    expect((await api.ok('GET', '/recycle-bin')).paging).toEqual(paging);
  });

  it('leaves the stages as they are when it is undone', async () => {
    const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1:10080');
    const before = await api.ok('GET', `${service}/stages/${stageId}/resources`);
    await api.importSwagger(serviceId, httpDocument());
    await restoreNewest(api, 'RESOURCE_IMPORT');
    expect(await api.ok('GET', `${service}/stages/${stageId}/resources`)).toEqual(before);
    // The same resources stand there, and the stage may take them again.
    await api.ok('PUT', `${service}/stages/${stageId}/resources`);
  });

  it('keeps what it has replaced when the database refuses a row of the undoing', async () => {
    await api.importSwagger(serviceId, httpDocument());
    const item = await newestItem(api);
    const condition = `NEW.model_id = '${modelId}'`;
    await withRowFault(stack, { operation: 'INSERT', table: 'model_reference', condition }, () =>
      expectRefused(item, 'DATABASE_FAILED'),
    );
    await api.ok('DELETE', service);
    await expectRefused(item, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['apigwServiceId']);
  });
});
