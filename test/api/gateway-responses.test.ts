import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gatewayResponseTypes } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let serviceId: string;
let responses: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  responses = `/services/${serviceId}/gateway-responses`;
});

const redefine = (body: object) =>
  api.call('PUT', responses, { gatewayResponseType: 'NotFound', httpStatusCode: 404, ...body });
const list = async (): Promise<Json[]> => (await api.ok('GET', responses)).gatewayResponseList;

describe('gateway responses', () => {
  it('are redefined by type, changed, and reset', async () => {
    const first = (await redefine({ headers: { 'X-A': '1' }, body: { 'text/plain': 'nothing here' } })).body;
    expect(first.gatewayResponse).toEqual({
      gatewayResponseId: expect.any(String),
      gatewayResponseType: 'NotFound',
      httpStatusCode: 404,
      headers: { 'X-A': '1' },
      body: { 'text/plain': 'nothing here' },
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const { gatewayResponse } = (await redefine({ httpStatusCode: 410 })).body;
    expect(gatewayResponse).toMatchObject({ httpStatusCode: 410, headers: {}, body: {} });
    expect(gatewayResponse.gatewayResponseId).toBe(first.gatewayResponse.gatewayResponseId);
    expect(await list()).toEqual([gatewayResponse]);
    await api.ok('DELETE', `${responses}/${gatewayResponse.gatewayResponseId}`);
    expect(await list()).toEqual([]);
    const again = await api.call('DELETE', `${responses}/${gatewayResponse.gatewayResponseId}`);
    expectError(again, 'INVALID_PARAMETER', ['gatewayResponseId']);
  });

  it('can be redefined for every type, once each when fifty clients do it at once', async () => {
    for (const gatewayResponseType of gatewayResponseTypes)
      expect((await redefine({ gatewayResponseType })).status).toBe(200);
    expect(await fiftyAtOnce((index) => redefine({ httpStatusCode: 400 + index }))).toEqual({ 0: 50 });
    expect((await list()).map((one) => one.gatewayResponseType)).toEqual([...gatewayResponseTypes].toSorted());
  });

  it.each([
    ['INVALID_INPUT', { gatewayResponseType: 'Nope' }, 'gatewayResponseType'],
    ['INVALID_INPUT', { httpStatusCode: 600 }, 'httpStatusCode'],
    ['INVALID_INPUT', { headers: { 'X-A': 'a\nb' } }, 'headers.X-A'],
    ['INVALID_INPUT', { body: { 'text/plain': 5 } }, 'body.text/plain'],
    ['INVALID_HEADER_NAME', { headers: { 'X A': '1' } }, 'headers.X A'],
    ['CONTENT_TYPE_INVALID', { body: { json: '{}' } }, 'body.json'],
    ['CONTEXT_VARIABLE_INVALID', { headers: { 'X-A': '${nope}' } }, 'headers.X-A'],
    ['PATH_VARIABLE_UNDECLARED', { body: { 'text/plain': '${request.path.id}' } }, 'body.text/plain'],
  ] as const)('refuse with %s and change nothing: %j', async (key, body, field) => {
    expectError(await redefine(body), key, [field]);
    expect(await list()).toEqual([]);
  });

  it('of another project do not exist', async () => {
    const { gatewayResponse } = (await redefine({})).body;
    const stranger = await stack.newProject();
    const body = { gatewayResponseType: 'NotFound', httpStatusCode: 404 };
    expectError(await stranger.call('GET', responses), 'SERVICE_NOT_FOUND');
    expectError(await stranger.call('PUT', responses, body), 'SERVICE_NOT_FOUND');
    expectError(
      await stranger.call('DELETE', `${responses}/${gatewayResponse.gatewayResponseId}`),
      'SERVICE_NOT_FOUND',
    );
  });

  it('reach the gateway with the next deployment, and go with the one after their reset', async () => {
    await api.importSwagger(serviceId, mockDocument());
    const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
    const missing = () => api.request(stageUrl, 'GET', '/missing');
    await api.deploy(serviceId, stageId);
    const { gatewayResponse } = (
      await redefine({
        httpStatusCode: 418,
        headers: { 'X-Code': '${error.resultCode}' },
        body: { 'text/plain': 'no ${request.uriPath}' },
      })
    ).body;
    expect((await missing()).status).toBe(404);
    await api.deploy(serviceId, stageId);
    expect(await missing()).toMatchObject({ status: 418, text: 'no /missing', headers: { 'x-code': '4041007' } });
    await api.ok('DELETE', `${responses}/${gatewayResponse.gatewayResponseId}`);
    await api.deploy(serviceId, stageId);
    expect((await missing()).status).toBe(404);
  });
});
