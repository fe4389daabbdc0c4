import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { RequestListener } from 'node:http';
import { type AddressSet, addressSet } from '../../src/kernel/addresses.js';
import { AnswerCache } from '../../src/gateway/plugins/pre-api/answer-cache.js';
import { type Call, STAGE_HOST } from './support/client.js';
import { unusedPort } from './support/backend.js';
import { startTestGateway } from './support/gateway.js';
import { httpRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway();
const backend = useBackend();
const silent = useRawBackend(() => undefined);
const broken = useRawBackend((socket) => socket.destroy());

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly hasBody: boolean;
}

let asked: Asked[] = [];
let answer: RequestListener;
const preApi = useBackend((request, response) => {
  const { method = '', url = '', headers } = request;
  asked.push({
    method,
    url,
    headers,
    hasBody: headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0,
  });
  answer(request, response);
});

let urls = 0;
/** Deploys with a URL of its own, so that nothing is remembered of another test. */
async function deploy(
  config: { url?: string; httpMethod?: string; cacheTtl?: number } = {},
  target = gateway(),
): Promise<void> {
  asked = [];
  answer = (_request, response) => response.end('go on');
  backend().received.length = 0;
  const settings = { httpMethod: 'GET', url: `${preApi().url}/check?n=${(urls += 1)}`, cacheTtl: 0, ...config };
  const plugins = [pluginOf('PRE_API', settings), pluginOf('SET_RESPONSE_HEADER', { headers: { 'X-Route': '1' } })];
  const cors = {
    allowedMethods: ['POST'],
    allowedHeaders: ['*'],
    allowedOrigins: ['*'],
    exposedHeaders: [],
    maxCredentialsAge: null,
    allowCredentials: false,
  } as const;
  const routes = [httpRoute('POST', backend().url, '/a', plugins), httpRoute('GET', backend().url, '/a', plugins)];
  await target.deploy([
    pathOf('/a', routes, {
      ...cors,
      allowedMethods: ['POST'],
      allowedHeaders: ['*'],
      allowedOrigins: ['*'],
      exposedHeaders: [],
    }),
  ]);
}

async function codeOf(call: Call = {}, target = gateway()): Promise<number> {
  const response = await target.call('/a', call);
  return response.status === 200 ? 200 : response.json().header.resultCode;
}

describe('PRE_API', () => {
  it('is called with its method and the headers of the request, without a body', async () => {
    await deploy({ httpMethod: 'PUT' });
    const headers = {
      authorization: 'secret',
      'x-a': ['1', '2'],
      'content-type': 'text/plain',
      connection: 'x-hop',
      'x-hop': '1',
    };
    const { status, text } = await gateway().call('/a', { method: 'POST', headers, body: 'the body' });
    expect([status, text]).toEqual([200, 'ok']);
    expect(backend().received.map(({ body }) => body.toString())).toEqual(['the body']);
    expect(asked).toEqual([
      expect.objectContaining({ method: 'PUT', url: expect.stringMatching(/^\/check\?n=\d+$/), hasBody: false }),
    ]);
    expect(asked[0]?.headers).toMatchObject({
      host: preApi().url.slice('http://'.length),
      authorization: 'secret',
      'x-a': '1,2',
      'content-type': 'text/plain',
      'x-forwarded-host': STAGE_HOST,
    });
    expect(asked[0]?.headers).not.toHaveProperty('x-hop');
  });

  it('has any other answer than 200 given to the client as it is, and the backend not called', async () => {
    await deploy();
    const body = gzipSync('not you');
    answer = (_request, response) => {
      const headers = [
        'Content-Encoding',
        'gzip',
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'Connection',
        'x-hop',
        'X-Hop',
        '1',
      ];
      response.writeHead(418, [...headers, 'Transfer-Encoding', 'chunked']).end(body);
    };
    const response = await gateway().call('/a', { headers: { origin: 'http://page' } });
    expect([response.status, response.body.equals(body)]).toEqual([418, true]);
    expect(response.headers).toMatchObject({
      'content-encoding': 'gzip',
      'set-cookie': ['a=1', 'b=2'],
      'access-control-allow-origin': '*',
    });
    expect(response.headers).toHaveProperty('x-request-id');
    expect(response.headers).not.toHaveProperty('x-hop');
    expect(response.headers).not.toHaveProperty('x-route');
    for (const status of [201, 204, 302, 304, 500]) {
      answer = (_request, other) => void other.writeHead(status, { location: '/elsewhere' }).end();
      const given = await gateway().call('/a');
      expect([given.status, given.text, given.headers.location]).toEqual([status, '', '/elsewhere']);
    }
    expect(backend().received).toHaveLength(0);
  });

  it('without an answer is 5021001', async () => {
    for (const url of [`http://127.0.0.1:${await unusedPort()}`, broken().url, 'http://name.invalid/']) {
      await deploy({ url });
      expect([url, await codeOf()]).toEqual([url, 5021001]);
    }
    await deploy();
    answer = (_request, response) => response.writeHead(403).end(Buffer.alloc(11 * 1024 * 1024));
    expect(await codeOf()).toBe(5021001);
    expect(backend().received).toHaveLength(0);
  });

  it('has as long as a backend has, and no way to denied addresses and ports', async () => {
    const impatient = await startTestGateway({ upstreamTimeoutMs: 100 });
    const guarded = await startTestGateway({ deniedUpstreams: addressSet(['127.0.0.0/8', '::1']) as AddressSet });
    const fewPorts = await startTestGateway({ isUpstreamPortAllowed: (port) => port === 80 });
    try {
      await deploy({ url: silent().url }, impatient);
      expect(await codeOf({}, impatient)).toBe(5021001);
      await deploy({ url: `http://localhost:${preApi().port}` }, guarded);
      expect(await codeOf({}, guarded)).toBe(5021001);
      await deploy({}, fewPorts);
      expect(await codeOf({}, fewPorts)).toBe(5021001);
      expect(asked).toHaveLength(0);
    } finally {
      await Promise.all([impatient.close(), guarded.close(), fewPorts.close()]);
    }
  });

  it('shares a breaker with all that calls the same place', async () => {
    const careful = await startTestGateway({ upstreamTimeoutMs: 50, breakerFailures: 2, breakerOpenMs: 60_000 });
    const connections: number[] = [];
    try {
      await deploy({ url: silent().url }, careful);
      for (let count = 0; count < 4; count += 1) {
        expect(await codeOf({}, careful)).toBe(5021001);
        connections.push(await silent().connections());
      }
      const startedAtMs = performance.now();
      expect(await codeOf({}, careful)).toBe(5021001);
      expect(performance.now() - startedAtMs).toBeLessThan(50);
    } finally {
      await careful.close();
    }
  });

  it('ends with the client that it is called for', async () => {
    await deploy();
    let isEnded = false;
    answer = (_request, response) => {
      response.on('close', () => {
        isEnded = true;
      });
    };
    const socket = connect(gateway().port, '127.0.0.1');
    socket.write(`GET /a HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
    await until(() => asked.length === 1);
    // A mere end of the connection could come from a client that still waits.
    socket.resetAndDestroy();
    await until(() => isEnded);
    expect(backend().received).toHaveLength(0);
  });

  it('is remembered for a caller, told by Authorization, Cookie and x-nhn-apikey, also over a deployment', async () => {
    const url = `${preApi().url}/remembered`;
    await deploy({ url, cacheTtl: 60 });
    const callers: Record<string, string>[] = [
      {},
      { authorization: 'a' },
      { cookie: 'a' },
      { 'x-nhn-apikey': 'a' },
      { authorization: 'a', cookie: 'a' },
      { authorization: '' },
    ];
    for (const headers of [...callers, ...callers])
      expect(await codeOf({ headers: { 'x-other': String(Math.random()), ...headers } })).toBe(200);
    expect(asked).toHaveLength(callers.length);
    await deploy({ url, cacheTtl: 60 });
    expect(await codeOf()).toBe(200);
    expect(asked).toHaveLength(0);
  });

  it('is remembered for its time alone, and only when it was 200', async () => {
    await deploy({ cacheTtl: 1 });
    expect([await codeOf(), await codeOf(), asked.length]).toEqual([200, 200, 1]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect([await codeOf(), asked.length]).toEqual([200, 2]);
    await deploy({ cacheTtl: 60 });
    answer = (_request, response) => response.writeHead(403).end('{"header":{"resultCode":1}}');
    expect([await codeOf(), await codeOf(), asked.length]).toEqual([1, 1, 2]);
    answer = (_request, response) => response.end();
    expect([await codeOf(), await codeOf(), asked.length]).toEqual([200, 200, 3]);
  });

  it('is called for every request when its cacheTtl is 0', async () => {
    await deploy();
    expect([await codeOf(), await codeOf(), asked.length]).toEqual([200, 200, 2]);
  });
});

describe('what is remembered', () => {
  it('is bounded: the oldest goes', () => {
    const cache = new AnswerCache(2);
    for (const key of ['a', 'b', 'a', 'c']) cache.add(key, 10);
    expect(['a', 'b', 'c'].map((key) => cache.has(key, 5))).toEqual([true, false, true]);
    expect(cache.has('a', 10)).toBe(false);
  });
});
