import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

const SCHEMA = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };

let stack: Stack;
let api: Api;
let models: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  models = `/services/${await api.createService()}/models`;
});

const create = (modelName: unknown, more: object = {}) =>
  api.call('POST', models, { modelName, modelSchema: SCHEMA, ...more });
const names = async (query = ''): Promise<string[]> =>
  (await api.ok('GET', models + query)).modelList.map((model: Json) => model.modelName);

describe('a model', () => {
  it('is created with the fields of the contract', async () => {
    const { body } = await create('Pet', { modelDescription: 'A pet' });
    expect(body.model).toEqual({
      modelId: expect.any(String),
      apigwServiceId: models.split('/')[2],
      modelName: 'Pet',
      modelDescription: 'A pet',
      modelSchema: SCHEMA,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
  });

  it('is modified in description and schema; the name stays', async () => {
    const { model } = (await create('Pet')).body;
    const change = { modelDescription: 'changed', modelSchema: { type: 'string' } };
    const { model: changed } = await api.ok('PUT', `${models}/${model.modelId}`, change);
    expect(changed).toMatchObject({ ...change, modelName: 'Pet' });
    const renamed = await api.call('PUT', `${models}/${model.modelId}`, { ...change, modelName: 'Cat' });
    expectError(renamed, 'INVALID_INPUT', ['modelName']);
  });

  it('is gone when it is deleted', async () => {
    const { model } = (await create('Pet')).body;
    await api.ok('DELETE', `${models}/${model.modelId}`);
    expectError(await api.call('DELETE', `${models}/${model.modelId}`), 'MODEL_NOT_FOUND');
    expect(await names()).toEqual([]);
  });

  it('of another service or project does not exist', async () => {
    const { model } = (await create('Pet')).body;
    const other = `/services/${await api.createService()}/models/${model.modelId}`;
    expectError(await api.call('PUT', other, { modelSchema: SCHEMA }), 'MODEL_NOT_FOUND');
    expectError(await api.call('DELETE', other), 'MODEL_NOT_FOUND');
    const stranger = await stack.newProject();
    expectError(await stranger.call('GET', models), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('POST', models, { modelName: 'a', modelSchema: {} }), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('DELETE', `${models}/${model.modelId}`), 'SERVICE_NOT_FOUND');
  });
});

describe('the list of models', () => {
  it('pages by name and filters by a part of the name, taken as it stands', async () => {
    for (const name of ['b_x', 'a_x', 'abx', 'C%', 'c\\d']) await create(name);
    expect(await names('?limit=2')).toEqual(['C%', 'a_x']);
    expect(await names('?modelName=_x')).toEqual(['a_x', 'b_x']);
    expect(await names('?modelName=%25')).toEqual(['C%']);
    expect(await names(`?modelName=${encodeURIComponent('\\')}`)).toEqual(['c\\d']);
    expect(await names('?modelName=nothing')).toEqual([]);
    expectError(await api.call('GET', `${models}?modelName=${'a'.repeat(51)}`), 'INVALID_PARAMETER', ['modelName']);
  });
});

describe('creating a model', () => {
  it.each([
    [{ modelSchema: SCHEMA }, 'modelName'],
    [{ modelName: 'a'.repeat(51), modelSchema: SCHEMA }, 'modelName'],
    [{ modelName: 'a' }, 'modelSchema'],
    [{ modelName: 'a', modelSchema: 'text' }, 'modelSchema'],
    [{ modelName: 'a', modelSchema: SCHEMA, modelDescription: 'a'.repeat(201) }, 'modelDescription'],
  ])('refuses %j and creates nothing', async (body, field) => {
    expectError(await api.call('POST', models, body), 'INVALID_INPUT', [field]);
    expect(await names()).toEqual([]);
  });

  it.each([
    [{ type: 'nonsense' }, 'modelSchema/type'],
    [{ required: [] }, 'modelSchema/required'],
    [{ description: 'a'.repeat(65_536) }, 'modelSchema'],
  ])('refuses a schema that is no draft-04, or too long', async (modelSchema, field) => {
    expectError(await create('a', { modelSchema }), 'MODEL_SCHEMA_INVALID', [field]);
    expect(await names()).toEqual([]);
  });

  it('makes a name once when fifty clients ask for it at once', async () => {
    expect(await fiftyAtOnce(() => create('Pet'))).toEqual({ 0: 1, 409109000: 49 });
    expectError(await create('Pet'), 'MODEL_NAME_DUPLICATED');
  });
});

describe('modifying a model', () => {
  it('refuses a schema that is no draft-04, and changes nothing', async () => {
    const { model } = (await create('Pet')).body;
    const answer = await api.call('PUT', `${models}/${model.modelId}`, { modelSchema: { type: 'nonsense' } });
    expectError(answer, 'MODEL_SCHEMA_INVALID', ['modelSchema/type']);
    expect((await api.ok('GET', models)).modelList).toEqual([model]);
  });
});

describe('a model that a method refers to', () => {
  let parameters: string;
  let modelId: string;

  beforeEach(async () => {
    const resources = models.replace('/models', '/resources');
    const mock = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200 } };
    const methodList = [{ methodType: 'POST', methodName: 'make', methodPluginList: [mock] }];
    const { resourceList } = await api.ok('POST', resources, { resourcePathList: [{ path: '/a', methodList }] });
    const method = resourceList.find((one: Json) => one.methodType === 'POST');
    parameters = `${resources}/${method.resourceId}/parameters`;
    modelId = (await create('Pet')).body.model.modelId;
  });

  const refer = () => api.call('POST', parameters, { requestBody: { name: 'pet', modelId } });

  it('is not deleted until nothing refers to it any more', async () => {
    await refer();
    expectError(await api.call('DELETE', `${models}/${modelId}`), 'MODEL_IN_USE');
    await api.ok('POST', parameters, {});
    await api.ok('DELETE', `${models}/${modelId}`);
  });
});
