import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let service: string;
let method: string;
let list: Json[];

const cors = { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false };
const query = { name: 'limit', description: 'How many', dataType: 'INTEGER', required: false, isArray: false };
const header = { name: 'X-Request', description: 'An id', dataType: 'STRING', required: true };
const file = { name: 'photo', description: '', dataType: 'FILE', required: true, isArray: false };

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  service = `/services/${await api.createService()}`;
  const mock = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200 } };
  const methodList = [{ methodType: 'POST', methodName: 'make', methodPluginList: [mock] }];
  const pathPluginList = [{ pluginType: 'CORS', pluginConfigJson: cors }];
  const body = { resourcePathList: [{ path: '/a', pathPluginList, methodList }] };
  list = (await api.ok('POST', `${service}/resources`, body)).resourceList;
  method = `${service}/resources/${idOf('POST')}`;
});

function idOf(methodType: string | null): string {
  return list.find((one) => one.methodType === methodType && one.path === '/a').resourceId;
}

async function createModel(): Promise<string> {
  const body = { modelName: 'Pet', modelSchema: { type: 'object' } };
  return (await api.ok('POST', `${service}/models`, body)).model.modelId;
}

const put = (kind: string, body: object) => api.call('POST', `${method}/${kind}`, body);
const read = async (kind: string): Promise<Json> => {
  const { header: _header, ...rest } = await api.ok('GET', `${method}/${kind}`);
  return rest;
};
const NONE = { name: null, description: null, modelId: null };
const NO_PARAMETERS = { queryStringList: [], headerList: [], formDataList: [], requestBody: NONE, contentTypeList: [] };

describe('the request parameters of a method', () => {
  it('are empty lists and an empty body in the beginning', async () => {
    expect(await read('parameters')).toEqual(NO_PARAMETERS);
  });

  it('are replaced as a whole', async () => {
    const modelId = await createModel();
    const first = {
      queryStringList: [query],
      headerList: [header],
      requestBody: { name: 'pet', description: 'A pet', modelId },
      contentTypeList: ['application/json'],
    };
    expect((await put('parameters', first)).body).toEqual({ header: expect.objectContaining({ resultCode: 0 }) });
    expect(await read('parameters')).toEqual({
      ...first,
      headerList: [{ ...header, isArray: null }],
      formDataList: [],
    });
    await put('parameters', { formDataList: [file], requestBody: {} });
    expect(await read('parameters')).toEqual({ ...NO_PARAMETERS, formDataList: [file] });
    await put('parameters', {});
    expect(await read('parameters')).toEqual(NO_PARAMETERS);
  });

  it.each([
    ['INVALID_INPUT', { queryStringList: [{ ...query, name: 'a'.repeat(51) }] }, 'queryStringList[0].name'],
    ['INVALID_INPUT', { queryStringList: [{ ...query, dataType: 'FILE' }] }, 'queryStringList[0].dataType'],
    ['INVALID_INPUT', { queryStringList: [query, query] }, 'queryStringList[1].name'],
    ['INVALID_INPUT', { queryStringList: Array.from({ length: 51 }, () => query) }, 'queryStringList'],
    ['INVALID_INPUT', { headerList: [header, { ...header, name: 'x-request' }] }, 'headerList[1].name'],
    ['INVALID_INPUT', { formDataList: [file], requestBody: { name: 'a', modelId: 'm' } }, 'formDataList'],
    ['INVALID_INPUT', { requestBody: { name: 'a' } }, 'requestBody.modelId'],
    ['INVALID_INPUT', { contentTypeList: Array.from({ length: 11 }, () => 'a/b') }, 'contentTypeList'],
    ['INVALID_HEADER_NAME', { headerList: [{ ...header, name: 'a b' }] }, 'headerList[0].name'],
    ['CONTENT_TYPE_INVALID', { contentTypeList: ['json'] }, 'contentTypeList[0]'],
    ['MODEL_NOT_FOUND', { requestBody: { name: 'a', modelId: 'nope' } }, 'requestBody.modelId'],
  ] as const)('refuse with %s and stay as they were: %j', async (key, body, field) => {
    await put('parameters', { queryStringList: [query] });
    expectError(await put('parameters', body), key, [field]);
    expect((await read('parameters')).queryStringList).toEqual([query]);
  });
});

describe('the responses of a method', () => {
  it('are replaced as a whole, without touching the parameters', async () => {
    const modelId = await createModel();
    await put('parameters', { queryStringList: [query] });
    const responseHeader = { name: 'X-Total', description: 'All', dataType: 'LONG' };
    const responseBody = { name: 'pet', description: '', modelId };
    const found = { responseStatusCode: 200, description: 'Found', headerList: [responseHeader], responseBody };
    await put('responses', {
      responseList: [found, { responseStatusCode: 404 }],
      contentTypeList: ['application/json'],
    });
    expect(await read('responses')).toEqual({
      responseList: [found, { responseStatusCode: 404, description: '', headerList: [], responseBody: NONE }],
      contentTypeList: ['application/json'],
    });
    expect((await read('parameters')).queryStringList).toEqual([query]);
    await put('responses', {});
    expect(await read('responses')).toEqual({ responseList: [], contentTypeList: [] });
  });

  it.each([
    ['INVALID_INPUT', { responseList: [{ responseStatusCode: 600 }] }, 'responseList[0].responseStatusCode'],
    [
      'INVALID_INPUT',
      { responseList: [{ responseStatusCode: 200 }, { responseStatusCode: 200 }] },
      'responseList[1].responseStatusCode',
    ],
    [
      'INVALID_HEADER_NAME',
      { responseList: [{ responseStatusCode: 200, headerList: [{ name: 'a b', dataType: 'STRING' }] }] },
      'responseList[0].headerList[0].name',
    ],
    ['CONTENT_TYPE_INVALID', { contentTypeList: ['*'] }, 'contentTypeList[0]'],
    [
      'MODEL_NOT_FOUND',
      { responseList: [{ responseStatusCode: 200, responseBody: { name: 'a', modelId: 'nope' } }] },
      'responseList[0].responseBody.modelId',
    ],
  ] as const)('refuse with %s: %j', async (key, body, field) => {
    expectError(await put('responses', body), key, [field]);
    expect((await read('responses')).responseList).toEqual([]);
  });
});

describe.each(['parameters', 'responses'])('%s', (kind) => {
  it('belong to methods that CORS did not make', async () => {
    for (const [id, key] of [
      [idOf(null), 'NOT_A_METHOD_FOR_PARAMETERS'],
      [idOf('OPTIONS'), 'CORS_METHOD_HAS_NO_PARAMETERS'],
      ['nope', 'RESOURCE_NOT_FOUND'],
    ] as const) {
      expectError(await api.call('GET', `${service}/resources/${id}/${kind}`), key);
      expectError(await api.call('POST', `${service}/resources/${id}/${kind}`, {}), key);
    }
  });

  it('of another project do not exist', async () => {
    const stranger = await stack.newProject();
    expectError(await stranger.call('GET', `${method}/${kind}`), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('POST', `${method}/${kind}`, {}), 'SERVICE_NOT_FOUND');
  });
});
