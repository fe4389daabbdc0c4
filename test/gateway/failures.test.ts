import { beforeAll, describe, expect, it } from '@jest/globals';
import { useBackend, useGateway } from './support/suite.js';
import { unusedPort } from './support/backend.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import type { Snapshot } from '../../src/contract/snapshot.js';
import { gatewayFailures } from '../../src/errors/index.js';

const gateway = useGateway({ upstreamTimeoutMs: 150 });
const silent = useBackend(() => undefined);

beforeAll(async () => {
  const paths = [
    pathOf('/items/{id}', [mockRoute('GET')]),
    pathOf('/silent', [httpRoute('GET', silent().url, '/')]),
    pathOf('/refused', [httpRoute('GET', `http://127.0.0.1:${await unusedPort()}`, '/')]),
    pathOf('/broken', [mockRoute('GET', '', { headers: { a: '${x}' } })]),
    pathOf('/internal', [mockRoute('GET', '', { statusCode: 100 })]),
  ];
  const responses: Snapshot['gatewayResponses'] = [
    {
      type: 'NotFound',
      status: 410,
      headers: {
        'X-Code': '${error.resultCode}',
        'X-Path': '${request.uriPath}',
        'X-Request-Id': 'mine',
        'X-Pattern': '${request.uriPattern}',
      },
      bodies: {
        'application/json':
          '{"m":"${error.resultMessage}","status":${response.httpStatus},"q":"${request.queryString.q}"}',
        'text/html': '<p>${request.header.x-a}</p>',
        'text/plain': 'plain ${request.header.x-a}',
      },
    },
    { type: 'GatewayTimeout', status: 200, headers: {}, bodies: { 'text/xml': '<late/>' } },
    { type: 'BadGateway', status: 502, headers: { 'Content-Type': 'application/problem+json' }, bodies: {} },
    { type: 'InvalidUri', status: 400, headers: { 'X-A': '${no.such}' }, bodies: {} },
    { type: 'InternalServerError', status: 101, headers: {}, bodies: { 'text/plain': 'internal' } },
  ];
  await gateway().deploy(paths, { gatewayResponses: responses });
  await gateway().deploy(paths, { stageId: 'plain' }, ['plain.api.localhost']);
});

const get = (path: string, headers: Record<string, string> = {}) => gateway().call(path, { headers });

describe('a failure', () => {
  it.each([
    ['/none', 'UrlNotFound'],
    ['/items/%zz', 'UriInvalid'],
    ['/silent', 'UpstreamTimeout'],
    ['/broken', 'ContextVariableBroken'],
    ['/internal', 'InternalError'],
  ] as const)('is by default JSON with the status, code and message of the catalogue: %s is %s', async (path, key) => {
    const answer = await gateway().call(path, { host: 'plain.api.localhost' });
    const { status, code, message } = gatewayFailures[key];
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['x-request-id']).toMatch(/^[a-z0-9]{20}$/);
    expect(answer.json()).toEqual({ header: { isSuccessful: false, resultCode: code, resultMessage: message } });
  });

  it('has no body for HEAD', async () => {
    expect(await gateway().call('/none', { method: 'HEAD', host: 'plain.api.localhost' })).toMatchObject({
      status: 404,
      text: '',
    });
  });
});

describe('a redefined gateway response', () => {
  it('gives status, headers and body with context variables filled in', async () => {
    const answer = await get('/none/x?q=1');
    expect(answer.status).toBe(410);
    expect(answer.text).toBe('{"m":"URL Not Found","status":410,"q":"1"}');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'x-code': '4041007',
      'x-path': '/none/x',
      'x-pattern': '${request.uriPattern}',
    });
  });

  it('cannot take the place of the request id', async () => {
    expect((await get('/none')).headers['x-request-id']).toMatch(/^[a-z0-9]{20}$/);
  });

  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['text/plain', 'text/plain'],
    ['text/*;q=0.5, application/json;q=0.4', 'text/html'],
    ['text/html;q=0.3, text/plain;q=0.7', 'text/plain'],
    ['TEXT/PLAIN', 'text/plain'],
    ['application/json;q=0, text/html', 'text/html'],
    ['image/png', 'application/json'],
    ['not an accept header', 'application/json'],
  ])('has the body for the Accept header %s', async (accept, contentType) => {
    expect((await get('/none', accept === undefined ? {} : { accept })).headers['content-type']).toBe(contentType);
  });

  it('holds what a client sends as text, never as part of its structure', async () => {
    const json = await get(`/none?q=${encodeURIComponent('","evil":"1')}`);
    expect(JSON.parse(json.text)).toMatchObject({ q: '","evil":"1' });
    const html = await get('/none', { accept: 'text/html', 'x-a': '<script>&"' });
    expect(html.text).toBe('<p>&lt;script&gt;&amp;&quot;</p>');
    expect((await get('/none', { accept: 'text/plain', 'x-a': '<b>' })).text).toBe('plain <b>');
  });

  it('is used for every failure of its type, with any status', async () => {
    const answer = await get('/silent');
    expect(answer).toMatchObject({ status: 200, text: '<late/>', headers: { 'content-type': 'text/xml' } });
  });

  it('without a body has the default one', async () => {
    const answer = await get('/refused');
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json().header.resultCode).toBe(5020001);
  });

  it('with a template that cannot be read gives way to the default of 500000002', async () => {
    const answer = await get('/items/%zz');
    expect(answer.status).toBe(500);
    expect(answer.json().header.resultCode).toBe(500000002);
  });

  it('with a status that ends no exchange is sent with the default one', async () => {
    expect(await get('/internal')).toMatchObject({ status: 500, text: 'internal' });
  });
});
