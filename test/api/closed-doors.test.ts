import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYNC_PREFIX } from '../../src/contract/sync.js';
import { newId } from '../../src/kernel/ids.js';
import type { Api, Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { expectError } from '../harness/expectations.js';
import { listOperations, pathOf, pathParameters } from '../harness/operations.js';
import type { ProductProcess } from '../harness/process.js';
import { answerOfRaw, rawExchangeWith } from '../harness/raw-http.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const CONSOLE = 'https://console.example.com';
const TRUSTED = { TRUSTED_PROXIES: '127.0.0.1' };
let stack: PrivateStack;
let api: Api;

beforeAll(async () => {
  stack = await startPrivateStack({
    gateways: 0,
    variables: {
      ...TRUSTED,
      MANAGEMENT_RATE_LIMIT_PER_APP_KEY: '4',
      MANAGEMENT_RATE_LIMIT_PER_ADDRESS: '8',
      MANAGEMENT_FAILED_LOGINS_PER_ADDRESS: '3',
      CONSOLE_ORIGINS: `${CONSOLE},http://localhost:5173`,
      CLIENT_HEADERS_TIMEOUT_MS: '500',
      CLIENT_REQUEST_TIMEOUT_MS: '1500',
      PUBLIC_URL: 'https://gatewright.example.com',
    },
  });
});

beforeAll(async () => {
  api = await stack.newProject(0);
});

afterAll(() => stack.stop());

let lastAddress = 0;
/** An address that no test has called from. */
const newAddress = () => `10.1.${Math.floor((lastAddress += 1) / 250)}.${(lastAddress % 250) + 1}`;
const get = (path: string, from: string, headers: Record<string, string> = {}) =>
  fetchDeclared(stack.address.controlUrl, path, { headers: { 'x-forwarded-for': from, ...headers } });
const services = (appKey: string) => `/v1.0/appkeys/${appKey}/services`;
const CODES = '/v1.0/error-codes';

async function expectTooMany(answer: Awaited<ReturnType<typeof get>>): Promise<void> {
  expectError(answer, 'TOO_MANY_REQUESTS');
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(seconds).toBeLessThanOrEqual(60);
}

describe('calls of one appKey', () => {
  it('are let in up to the limit, whatever address they come from, and each says how many are left', async () => {
    const { appKey } = await stack.newProject(0);
    for (const left of [3, 2, 1, 0]) {
      const { status, headers } = await get(services(appKey), newAddress());
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toBe('"address";q=8;w=60, "appKey";q=4;w=60');
      expect(headers.get('ratelimit')).toMatch(new RegExp(`"appKey";r=${left};t=\\d+$`));
    }
    await expectTooMany(await get(services(appKey), newAddress()));
    await expectTooMany(await get(`/v2.0/appkeys/${appKey}/services`, newAddress()));
    const other = await stack.newProject(0);
    expect((await get(services(other.appKey), newAddress())).status).toBe(200);
  });

  it('that nobody has are not remembered: a stranger gets 401 for one of them however often it is shown', async () => {
    for (let count = 0; count < 6; count += 1) {
      expectError(await get(services('nobody-has-this'), newAddress()), 'INVALID_APP_KEY');
    }
  });
});

describe('calls of one address', () => {
  it('are let in up to the limit, whatever they call', async () => {
    const address = newAddress();
    for (let count = 0; count < 8; count += 1) expect((await get(CODES, address)).status).toBe(200);
    await expectTooMany(await get(CODES, address));
    await expectTooMany(await get(services(api.appKey), address));
    expect((await get(CODES, newAddress())).status).toBe(200);
  });

  it('count together for a network of IPv6, of which one client has every address', async () => {
    for (let count = 0; count < 8; count += 1) expect((await get(CODES, `2001:db8:1:1::${count}`)).status).toBe(200);
    await expectTooMany(await get(CODES, '2001:db8:1:1::ffff'));
    expect((await get(CODES, '2001:db8:1:2::1')).status).toBe(200);
  });

  it('are told by the right-most address that is no trusted proxy, so that a client cannot choose it', async () => {
    const address = newAddress();
    for (let count = 0; count < 8; count += 1) await get(CODES, `${newAddress()}, ${address}, 127.0.0.1`);
    await expectTooMany(await get(CODES, `${newAddress()}, ${address}`));
  });

  it('refuse every operation, as its description says', async () => {
    const address = newAddress();
    for (let count = 0; count < 8; count += 1) await get(CODES, address);
    for (const operation of await listOperations(stack.address.controlUrl)) {
      const path = pathOf(operation, Object.fromEntries(pathParameters(operation).map((name) => [name, newId()])));
      const init = { method: operation.method, headers: { 'x-forwarded-for': address } };
      await expectTooMany(await fetchDeclared(stack.address.controlUrl, path, init));
    }
  });

  it('do not hold up gateways nor probes', async () => {
    const headers = { authorization: `Bearer ${stack.address.gatewayToken}`, 'x-forwarded-for': newAddress() };
    const call = `${stack.address.controlUrl}${SYNC_PREFIX}/gateways/one/manifest?region=KR1&formatVersion=1`;
    for (let count = 0; count < 10; count += 1) {
      expect((await fetch(call, { headers })).status).toBe(200);
      expect((await fetch(`${stack.address.controlUrl}/health/live`, { headers })).status).toBe(200);
    }
  });
});

describe('an address that guesses', () => {
  it.each<[string, string, Record<string, string>]>([
    ['appKeys', services('guessed-app-key'), {}],
    ['tokens', '/v2.0/users/me', { 'x-nhn-authorization': 'Bearer guessed' }],
  ])('%s is shut out before its limit of calls, even with one that is right', async (_what, path, headers) => {
    const address = newAddress();
    for (let count = 0; count < 3; count += 1) expect((await get(path, address, headers)).status).toBe(401);
    await expectTooMany(await get(path, address, headers));
    const { appKey } = await stack.newProject(0);
    await expectTooMany(await get(services(appKey), address));
    expect((await get(services(appKey), newAddress())).status).toBe(200);
  });

  it('access keys is shut out, and told so as OAuth has it', async () => {
    const headers = { 'x-forwarded-for': newAddress(), authorization: `Basic ${btoa('who:knows')}` };
    const call = () => fetchDeclared(stack.address.controlUrl, '/oauth2/token/create', { method: 'POST', headers });
    for (let count = 0; count < 3; count += 1) expect((await call()).body.error).toBe('invalid_client');
    const refused = await call();
    await expectTooMany(refused);
    expect(refused.body.error).toBe('temporarily_unavailable');
  });
});

describe('without limits, and from proxies that nobody trusts,', () => {
  it('every call is let in, and X-Forwarded-For means nothing', async () => {
    const one: ProductProcess = await stack.startControlPlane({
      MANAGEMENT_RATE_LIMIT_PER_APP_KEY: '0',
      MANAGEMENT_RATE_LIMIT_PER_ADDRESS: '5',
      MANAGEMENT_FAILED_LOGINS_PER_ADDRESS: '0',
      TRUSTED_PROXIES: '10.0.0.0/8',
    });
    const from = (address: string) =>
      fetch(one.url + services(api.appKey), { headers: { 'x-forwarded-for': address } });
    for (let count = 0; count < 5; count += 1) expect((await from(newAddress())).status).toBe(200);
    expect((await from(newAddress())).status).toBe(429);
  });
});

describe('every answer', () => {
  const guarded = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'strict-transport-security': 'max-age=31536000',
  };
  it.each([
    ['a success', CODES],
    ['a refusal', services('nobody')],
    ['what is not there', '/no-such-thing'],
    ['what cannot be decoded', '/v1.0/appkeys/%ff/services'],
    ['a probe', '/health/live'],
    ['the page of the OpenAPI document', '/docs'],
    ['a public document that is not there', '/documents/nobody'],
  ])('tells browsers what it is not, and nothing of what made it: %s', async (_what, path) => {
    const { headers } = await fetch(stack.address.controlUrl + path, { headers: { 'x-forwarded-for': newAddress() } });
    expect(Object.fromEntries(Object.keys(guarded).map((name) => [name, headers.get(name)]))).toEqual(guarded);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect([headers.get('server'), headers.get('x-powered-by')]).toEqual([null, null]);
  });

  it('lets the page of the OpenAPI document load what it is made of', async () => {
    const answer = await fetch(`${stack.address.controlUrl}/docs`);
    const text = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    // A script that is written into the page would not run.
    expect(text.match(/<script(?![^>]* src=)/g)).toBeNull();
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self' 'unsafe-inline'");
    expect(policy).toContain("connect-src 'self'");
  });
});

describe('a page of a console', () => {
  const preflight = (origin: string) =>
    fetch(stack.address.controlUrl + services(api.appKey), {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'x-nhn-authorization,content-type',
        'x-forwarded-for': newAddress(),
      },
    });

  it('may ask what it may send, and read the answer, a refusal too', async () => {
    const { status, headers } = await preflight(CONSOLE);
    expect([status, headers.get('access-control-allow-origin')]).toEqual([204, CONSOLE]);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE');
    for (const name of ['X-NHN-Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match']) {
      expect(headers.get('access-control-allow-headers')).toContain(name);
    }
    const address = newAddress();
    for (let count = 0; count <= 8; count += 1) {
      const answer = await get(CODES, address, { origin: CONSOLE });
      expect(answer.status).toBe(count === 8 ? 429 : 200);
      expect(answer.headers.get('access-control-allow-origin')).toBe(CONSOLE);
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      for (const name of ['X-Request-Id', 'ETag', 'RateLimit', 'Retry-After', 'Idempotency-Replayed']) {
        expect(answer.headers.get('access-control-expose-headers')).toContain(name);
      }
    }
  });

  it('of another origin is not let in', async () => {
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const { headers } = await get(CODES, newAddress(), { origin: `${CONSOLE}.evil.example` });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a request that is no whole HTTP', () => {
  const HEAD = `GET ${CODES} HTTP/1.1\r\nHost: a\r\n`;
  type Key = 'INVALID_PARAMETER' | 'HEAD_TOO_LARGE' | 'REQUEST_TIMEOUT';
  const expectRefused = async (sent: string, key: Key) => {
    const answer = await answerOfRaw(stack.address.controlUrl, sent);
    expectError(answer, key);
    expect(answer.head.toLowerCase()).toContain('x-content-type-options: nosniff');
    expect(answer.head.toLowerCase()).toContain('connection: close');
  };

  it.each<[string, string, Key]>([
    ['what is none', 'rubbish\r\n\r\n', 'INVALID_PARAMETER'],
    ['a header without a name', `${HEAD}: x\r\n\r\n`, 'INVALID_PARAMETER'],
    ['two lengths', `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`, 'INVALID_PARAMETER'],
    ['a length and chunks', `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`, 'INVALID_PARAMETER'],
    ['no host', `GET ${CODES} HTTP/1.1\r\nConnection: close\r\n\r\n`, 'INVALID_PARAMETER'],
    ['large headers', `${HEAD}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 'HEAD_TOO_LARGE'],
    ['a long URL', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 'HEAD_TOO_LARGE'],
    ['a head that does not end', HEAD, 'REQUEST_TIMEOUT'],
    [
      'a body that does not end',
      'POST /oauth2/token/create HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na',
      'REQUEST_TIMEOUT',
    ],
  ])('is refused in the envelope, and its connection closed: %s', async (_what, sent, key) => {
    await expectRefused(sent, key);
  });

  it('behind one that is answered gets no answer that could be taken for another', async () => {
    const text = await rawExchangeWith(stack.address.controlUrl, `${HEAD}\r\nrubbish\r\n\r\n`);
    const answers = text.split('HTTP/1.1 ').slice(1);
    expect(answers.map((answer) => answer.slice(0, 3))).toEqual(answers.length === 1 ? ['400'] : ['200', '400']);
  });

  it('is answered whatever it expects', async () => {
    const answer: Json = await answerOfRaw(
      stack.address.controlUrl,
      `${HEAD}Expect: the-unexpected\r\nX-Forwarded-For: ${newAddress()}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer.status).toBe(200);
  });
});
