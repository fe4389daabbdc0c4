import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { useBackend, useGateway } from './support/suite.js';
import { CHUNKED, declared, rawExchange, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import type { HttpMethod } from '../../src/contract/plugins/index.js';

const gateway = useGateway();
const backend = useBackend();
const METHODS: HttpMethod[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'];
/** Answers with what it got, piece by piece. */
const echo = useBackend((request, response) => {
  response.setHeader('Content-Type', 'application/octet-stream');
  request.pipe(response);
});
const special = useBackend((request, response) => {
  if (request.url === '/hop') {
    response.writeHead(200, [
      'Connection',
      'X-Hop, keep-alive',
      'X-Hop',
      '1',
      'Keep-Alive',
      'timeout=5',
      'Proxy-Authenticate',
      'Basic',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'X-Request-Id',
      'theirs',
      'X-Stay',
      '1',
    ]);
  } else if (request.url === '/empty') {
    response.writeHead(204);
  } else if (request.url === '/unchanged') {
    response.writeHead(304, { ETag: '"1"' });
  } else if (request.url === '/early') {
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.writeProcessing();
    response.writeHead(200);
  } else {
    response.writeHead(299, { 'Content-Length': '5' });
    response.write('hel');
  }
  response.end(request.url === '/body' && request.method !== 'HEAD' ? 'lo' : undefined);
});

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/items/{id}', [httpRoute('POST', `${backend().url}/api`, '/v1/${request.path.id}')]),
    pathOf(
      '/any',
      METHODS.map((method) => httpRoute(method, backend().url, '/any')),
    ),
    pathOf('/echo', [httpRoute('POST', echo().url, '/')]),
    pathOf('/special/{what}', [
      httpRoute('GET', special().url, '/${request.path.what}'),
      httpRoute('HEAD', special().url, '/${request.path.what}'),
    ]),
    pathOf('/expect', [
      httpRoute('GET', backend().url, '/', [pluginOf('SET_REQUEST_HEADER', { headers: { Expect: '100-continue' } })]),
    ]),
    pathOf('/mock', [
      mockRoute('POST', 'mocked'),
      mockRoute('GET', 'no', { statusCode: 102 }),
      mockRoute('DELETE', 'x', { statusCode: 204 }),
      mockRoute('HEAD', 'four'),
    ]),
  ]);
});

describe('forwarding', () => {
  it('sends method, path, query, headers and body to the backend and its answer back', async () => {
    const answer = await gateway().call('/items/7?a=1&b=', { method: 'POST', headers: { 'x-a': '1' }, body: 'hello' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('ok');
    const [request] = backend().received;
    expect(request).toMatchObject({
      method: 'POST',
      url: '/api/v1/7?a=1&b=',
      headers: { 'x-a': '1', 'content-length': '5' },
    });
    expect(request?.body.toString()).toBe('hello');
  });

  it.each(METHODS)('forwards %s, with a body and without', async (method) => {
    expect((await gateway().call('/any', { method })).status).toBe(200);
    expect((await gateway().call('/any', { method, body: 'hello', headers: { 'content-length': '5' } })).status).toBe(
      200,
    );
    expect(
      (await gateway().call('/any', { method, body: 'hello', headers: { 'transfer-encoding': 'chunked' } })).status,
    ).toBe(200);
    expect(backend().received.map((request) => [request.method, request.body.toString()])).toEqual([
      [method, ''],
      [method, 'hello'],
      [method, 'hello'],
    ]);
  });

  it('takes 9 MB through in both directions, declared or in chunks', async () => {
    const body = randomBytes(9 * 1024 * 1024);
    const digest = createHash('sha256').update(body).digest('hex');
    for (const headers of [declared(body.length), CHUNKED]) {
      const answer = await gateway().call('/echo', { method: 'POST', headers, body });
      expect(createHash('sha256').update(answer.body).digest('hex')).toBe(digest);
    }
  });

  it('gives 204, 304, other statuses and answers to HEAD as they are', async () => {
    expect((await gateway().call('/special/empty')).status).toBe(204);
    expect(await gateway().call('/special/unchanged')).toMatchObject({ status: 304, headers: { etag: '"1"' } });
    expect(await gateway().call('/special/body')).toMatchObject({
      status: 299,
      text: 'hello',
      headers: { 'content-length': '5' },
    });
    expect(await gateway().call('/special/body', { method: 'HEAD' })).toMatchObject({
      status: 299,
      text: '',
      headers: { 'content-length': '5' },
    });
  });

  it('passes over interim answers', async () => {
    expect((await gateway().call('/special/early')).status).toBe(200);
  });

  it('answers an HTTP/1.0 client and closes the connection', async () => {
    const text = await rawExchange(
      gateway().port,
      `POST /echo HTTP/1.0\r\nHost: ${STAGE_HOST}\r\nContent-Length: 2\r\n\r\nhi`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).not.toMatch(/transfer-encoding/i);
    expect(text.endsWith('\r\n\r\nhi')).toBe(true);
  });

  it('asks for the body of a client that waits for 100 Continue', async () => {
    const head = `POST /echo HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`;
    expect(await rawExchange(gateway().port, `${head}hi`)).toMatch(
      /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
    );
  });

  it('does not ask for the body of a request that it refuses', async () => {
    const head = `POST /none HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`;
    const answer = await rawExchange(gateway().port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).toMatch(/^connection: close/im);
  });

  it('keeps an expectation that a plugin sets to itself', async () => {
    expect((await gateway().call('/expect')).status).toBe(200);
  });
});

describe('headers', () => {
  it('that hold for one connection end at the gateway, on the way there', async () => {
    await gateway().call('/any', {
      headers: {
        connection: 'x-hop, close, content-length',
        'x-hop': '1',
        te: 'trailers',
        'proxy-authorization': 'x',
        'keep-alive': 'a',
        upgrade: 'h2c',
        'x-stay': '1',
      },
    });
    const names = backend()
      .received[0]?.rawHeaders.filter((_text, at) => at % 2 === 0)
      .map((name) => name.toLowerCase());
    // `Connection` is the hop's own, where the engine says one.
    expect(names?.filter((name) => name !== 'connection').toSorted()).toEqual([
      'host',
      'x-forwarded-for',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-request-id',
      'x-stay',
    ]);
  });

  it('that hold for one connection end at the gateway, on the way back', async () => {
    const { headers } = await gateway().call('/special/hop');
    for (const name of ['x-hop', 'proxy-authenticate']) expect(headers).not.toHaveProperty(name);
    expect(headers).toMatchObject({ 'x-stay': '1', 'set-cookie': ['a=1', 'b=2'] });
  });

  it('that are repeated reach the backend joined by a comma, cookies by a semicolon', async () => {
    const raw = `GET /any HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nX-A: 1\r\nCookie: a=1\r\nx-a: 2\r\nCookie: b=2\r\nConnection: close\r\n\r\n`;
    await rawExchange(gateway().port, raw);
    const rawHeaders = backend().received[0]?.rawHeaders ?? [];
    expect(rawHeaders.slice(rawHeaders.indexOf('X-A'))).toEqual(
      expect.arrayContaining(['X-A', '1,2', 'Cookie', 'a=1; b=2']),
    );
    expect(rawHeaders).not.toContain('x-a');
  });

  it('tell the backend who asked, and under which host of its own it is asked', async () => {
    await gateway().call('/any', {
      headers: {
        'x-forwarded-for': '9.9.9.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'evil',
        forwarded: 'for=9.9.9.9',
      },
    });
    const { headers } = backend().received[0] ?? {};
    expect(headers).toMatchObject({
      host: `127.0.0.1:${backend().port}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': STAGE_HOST,
    });
    expect(headers).not.toHaveProperty('forwarded');
  });

  it('name the request by the same new id for the backend and for the client', async () => {
    const answer = await gateway().call('/any', { headers: { 'x-request-id': 'mine' } });
    const id = answer.headers['x-request-id'];
    expect(id).toMatch(/^[a-z0-9]{20}$/);
    expect(backend().received[0]?.headers['x-request-id']).toBe(id);
    expect((await gateway().call('/special/hop')).headers['x-request-id']).toMatch(/^[a-z0-9]{20}$/);
  });
});

describe('a MOCK', () => {
  it('answers by itself, also a request with a body', async () => {
    expect((await gateway().call('/mock', { method: 'POST', body: Buffer.alloc(1024 * 1024) })).text).toBe('mocked');
  });

  it('sends no body with 204 and for HEAD', async () => {
    expect(await gateway().call('/mock', { method: 'DELETE' })).toMatchObject({ status: 204, text: '' });
    expect(await gateway().call('/mock', { method: 'HEAD' })).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-length': '4' },
    });
  });

  it('of a status that ends no exchange is answered with 500000000', async () => {
    const answer = await gateway().call('/mock');
    expect(answer.status).toBe(500);
    expect(answer.json().header).toEqual({
      isSuccessful: false,
      resultCode: 500000000,
      resultMessage: 'Internal Server Error',
    });
  });
});
