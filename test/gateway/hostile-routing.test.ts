import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SnapshotPlugin } from '../../src/contract/snapshot.js';
import { parseAddressSet } from '../../src/kernel/addresses.js';
import { rawExchange, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';

const gateway = useGateway();
const trusting = useGateway({ trustedProxies: parseAddressSet('127.0.0.0/8') ?? undefined });
const backend = useBackend();

/** Lets nobody in who comes from here. */
const CLOSED: SnapshotPlugin = pluginOf('IP_ACL', { isPermit: true, ipAclList: [{ ipCidrAddress: '10.0.0.0/8' }] });
const OTHER_HOST = 'other.api.localhost';

beforeAll(async () => {
  const { url } = backend();
  const set = (headers: Record<string, string>) => pluginOf('SET_REQUEST_HEADER', { headers });
  const paths = [
    pathOf('/admin', [httpRoute('GET', url, '/admin', [CLOSED])]),
    pathOf('/admin/{x+}', [httpRoute('GET', url, '/admin/${request.path.x+}', [CLOSED])]),
    pathOf('/open/{x}', [httpRoute('GET', url, '/open/${request.path.x}')]),
    pathOf('/open/{x}/file{y}.txt', [httpRoute('GET', url, '/open/${request.path.x}/file${request.path.y}.txt')]),
    pathOf('/public/{x+}', [httpRoute('GET', url, '/public/${request.path.x+}')]),
    pathOf('/query', [httpRoute('GET', url, '/open/${request.queryString.q}')]),
    pathOf('/header', [
      httpRoute('GET', url, '/header', [
        set({ 'X-Query': '${request.queryString.q}', 'X-Sent': '${request.header.x-sent}', 'X-Set': 'by the gateway' }),
      ]),
    ]),
    pathOf('/echo', [
      mockRoute('GET', 'ok', {
        plugins: [pluginOf('SET_RESPONSE_HEADER', { headers: { 'X-Query': '${request.queryString.q}' } })],
      }),
    ]),
  ];
  const notFound = { type: 'NotFound', status: 404, headers: { 'X-Path': '${request.uri}' }, bodies: {} };
  await gateway().deploy(paths, { gatewayResponses: [notFound] });
  await gateway().deploy([pathOf('/admin', [mockRoute('GET', 'other')])], { stageId: 'other' }, [OTHER_HOST]);
  await trusting().deploy(paths);
});

/** Sends a request line and headers as they are; without a Host of its own the stage's. */
function send(line: string, headers: string[] = [], port = gateway().port): Promise<string> {
  const hosts = headers.some((header) => /^host:/i.test(header)) ? [] : [`Host: ${STAGE_HOST}`];
  return rawExchange(port, `${[line, ...hosts, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`);
}
const get = (target: string, headers: string[] = []) => send(`GET ${target} HTTP/1.1`, headers);
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

/** What servers further on make of a path, each in its way: decoded once or twice, `\` for `/`, `;…` cut off, steps walked. */
function readings(target: string): string[] {
  const path = target.split('?')[0] ?? '';
  const decode = (text: string) =>
    text.replace(/%([0-9a-f]{2})/gi, (_all, hex) => String.fromCharCode(parseInt(hex, 16)));
  const once = decode(path);
  return [path, once, path.replace(/;[^/]*/g, ''), decode(path.replace(/;[^/]*/g, ''))].map((text) => {
    const walked: string[] = [];
    for (const segment of text.split('\0')[0]?.replaceAll('\\', '/').split('/') ?? []) {
      if (segment === '..') walked.pop();
      else if (segment !== '.' && segment !== '') walked.push(segment);
    }
    return `/${walked.join('/')}`;
  });
}

const ESCAPES = [
  '/public/../admin',
  '/public/../admin/a',
  '/public/x/../../admin/a',
  '/public/%2e%2e/admin/a',
  '/public/%2E%2e/admin/a',
  '/public/.%2e/admin/a',
  '/public/%2e./admin/a',
  '/public/..%2fadmin/a',
  '/public/..%2Fadmin/a',
  '/public/%2e%2e%2fadmin/a',
  '/public/x%2f..%2f..%2fadmin/a',
  '/public/..%5cadmin/a',
  '/public/..\\admin/a',
  '/public/%2e%2e%5c..%5cadmin/a',
  '/public/..;/admin/a',
  '/public/..;a=b/admin/a',
  '/public/%2e%2e;/admin/a',
  '/public/.;/../admin/a',
  '/public/%252e%252e/admin/a',
  '/public/..%252fadmin/a',
  '/public/%25%32%65%25%32%65/admin/a',
  '/public/%c0%ae%c0%ae/admin/a',
  '/public/%c0%2e%c0%2e/admin/a',
  '/public/..%c0%afadmin/a',
  '/public/%e0%80%ae%e0%80%ae/admin/a',
  '/public/%ef%bc%8e%ef%bc%8e/admin/a',
  '/public/%u002e%u002e/admin/a',
  '/public/..%00/admin/a',
  '/public/%00/../admin/a',
  '/public/../admin%00.txt',
  '/open/..%2fadmin%2fa',
  '/open/%2e%2e%2fadmin',
  '/open/..',
  '/open/%2e%2e',
  '/open/../admin',
  '/open/.%00./admin',
  '/open/x/file%2f..%2f..%2f..%2fadmin%2f.txt',
  '/query?q=../admin',
  '/query?q=..%2fadmin',
  '/query?q=%2e%2e/admin/a',
  '/query?q=..\\admin',
  '/query?q=%2e%2e%5cadmin',
  '/query?q=..%00',
];

const CLOSED_SPELLINGS = [
  '/admin',
  '/admin/a',
  '/%61dmin/a',
  '/%61%64%6d%69%6e',
  '/%61dmin/%61',
  '/admin/%2561',
  '/admin/%2f',
  '/admin/a%2fb',
  '/admin/a;b',
  '/admin?/public',
  `http://${STAGE_HOST}/admin`,
  `HTTP://${STAGE_HOST.toUpperCase()}/admin/a`,
];

const NOWHERE = [
  '//admin',
  '//admin/a',
  '/./admin/a',
  '/%2e/admin/a',
  '/admin;a=b',
  '/admin;/a',
  '/ADMIN/a',
  '/Admin',
  '/admin%2fa',
  '/admin%5ca',
  '/admin\\a',
  '/admin%20',
  '/admin/',
  '/admin%00',
  '/admin%00/a',
  '/admin%3f',
  '/admin%23',
  '/%2fadmin',
  '/;/admin',
  '*',
  'admin',
  '?/admin',
  '/admin#/public',
  `ftp://${STAGE_HOST}/admin`,
  `http://${STAGE_HOST}//admin`,
  `${STAGE_HOST}:80`,
];

describe('a target', () => {
  it.each(ESCAPES)('that steps out of its place reaches no place but its own: %s', async (target) => {
    const status = statusOf(await get(target));
    expect([200, 400, 404]).toContain(status);
    expect(backend().received.length).toBe(status === 200 ? 1 : 0);
    for (const { url } of backend().received) {
      for (const reading of readings(url)) expect(reading).toMatch(/^\/(public|open)(\/|$)/);
    }
  });

  it.each(CLOSED_SPELLINGS)('that means a closed route meets its IP_ACL, however it is written: %s', async (target) => {
    expect(await get(target)).toMatch(/^HTTP\/1\.1 403 [^]*"resultCode":4031007/);
    expect(backend().received).toEqual([]);
  });

  it.each(NOWHERE)('that is no spelling of a route is not guessed at: %s', async (target) => {
    expect([400, 404]).toContain(statusOf(await get(target)));
    expect(backend().received).toEqual([]);
  });

  it.each([
    '/open/%00',
    '/open/a%00b',
    '/public/a/%00/b',
    '/open/%ff',
    '/open/%c3%28',
    '/open/%',
    '/open/%2',
    '/open/%zz',
  ])('whose escapes are no text is 4000003: %s', async (target) => {
    expect(await get(target)).toMatch(/^HTTP\/1\.1 400 [^]*"resultCode":4000003/);
    expect(backend().received).toEqual([]);
  });

  it('of any odd characters reaches, if any, the place that was matched', async () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2E',
      '/',
      '%2f',
      '%5c',
      '\\',
      ';',
      '%3b',
      '%25',
      'a',
      'admin',
      '%00',
      '?',
      '%252e',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/public/', '/open/', '/'),
        fc.array(piece, { maxLength: 8 }),
        async (start, pieces) => {
          backend().received.length = 0;
          await get(start + pieces.join(''));
          for (const { url } of backend().received) {
            for (const reading of readings(url)) expect(reading).toMatch(/^\/(public|open)(\/|$)/);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a host', () => {
  it.each([STAGE_HOST.toUpperCase(), `${STAGE_HOST}.`, `${STAGE_HOST}:80`, `${STAGE_HOST}:`])(
    'in another spelling is the same one, with its IP_ACL: %s',
    async (host) => {
      expect(statusOf(await get('/admin', [`Host: ${host}`]))).toBe(403);
    },
  );

  it.each([
    `user@${STAGE_HOST}`,
    `${STAGE_HOST}:80:80`,
    `${STAGE_HOST}..`,
    `${STAGE_HOST}/`,
    `${STAGE_HOST}, ${OTHER_HOST}`,
    `${STAGE_HOST} ${OTHER_HOST}`,
    `${STAGE_HOST}#`,
    `a.${STAGE_HOST}`,
    '127.0.0.1',
    '[::1]',
    '[::1]:8080',
    '',
    '%73tage1.api.localhost',
  ])('that is not quite one is no stage: %s', async (host) => {
    expect([400, 404]).toContain(statusOf(await get('/admin', [`Host: ${host}`])));
  });

  it('is the one of an absolute target, whatever the header says (RFC 9112, 3.2.2)', async () => {
    expect(statusOf(await get(`http://${STAGE_HOST}/admin`, [`Host: ${OTHER_HOST}`]))).toBe(403);
    expect(await get(`http://${OTHER_HOST}/admin`)).toMatch(/other$/);
    expect(statusOf(await get(`http://user:word@${OTHER_HOST}/admin`))).toBe(404);
  });

  it('is never taken from a header that forwards', async () => {
    for (const name of ['X-Forwarded-Host', 'X-Host', 'Forwarded', 'X-Original-URL', 'X-Rewrite-URL']) {
      expect(statusOf(await get('/admin', [`${name}: ${OTHER_HOST}`]))).toBe(403);
    }
  });

  it.each([
    ['two', `Host: ${STAGE_HOST}\r\nHost: ${OTHER_HOST}`],
    ['the same twice', `Host: ${STAGE_HOST}\r\nhost: ${STAGE_HOST}`],
  ])('that stands there twice is refused: %s', async (_what, headers) => {
    expect(statusOf(await get('/admin', [headers]))).toBe(400);
  });
});

describe('a method', () => {
  it.each(['get', 'GETX', 'HEAD', 'TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH', 'OPTIONS'])(
    'that a route does not have does not reach it: %s',
    async (method) => {
      expect([400, 404]).toContain(statusOf(await send(`${method} /open/a HTTP/1.1`)));
      expect(backend().received).toEqual([]);
    },
  );

  it('is not changed by a header', async () => {
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override']) {
      await get('/open/a', [`${name}: DELETE`]);
    }
    expect(backend().received.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
  });
});

describe('a value of a context variable', () => {
  const INJECTIONS = [
    'a%0d%0aX-Evil:%201',
    'a%0aX-Evil:%201',
    'a%0dX-Evil:%201',
    'a%00b',
    '%c4%8a',
    'a%e5%98%8d%e5%98%8aX-Evil:1',
  ];

  it.each(INJECTIONS)('adds no header to a request: %s', async (value) => {
    await get(`/header?q=${value}`);
    const [received] = backend().received;
    expect(received?.rawHeaders.map((part) => part.toLowerCase())).not.toContain('x-evil');
    expect(received?.headers['x-set']).toBe('by the gateway');
  });

  it.each(INJECTIONS)('adds no header to a response, and no second response: %s', async (value) => {
    for (const target of [`/echo?q=${value}`, `/none/${value}`]) {
      const answer = await get(target);
      const head = answer.split('\r\n\r\n')[0] ?? '';
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
      expect(head).not.toMatch(/^x-evil/im);
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      expect(head.replaceAll('\r\n', '')).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/);
    }
  });
});

describe('what Connection names', () => {
  it('is still there for the gateway, and takes nothing away that the gateway writes', async () => {
    await get('/header', [
      'Connection: close, X-Set, X-Forwarded-For, X-Forwarded-Host, X-Forwarded-Proto, X-Request-Id, Host, X-Sent',
      'X-Sent: seen',
    ]);
    const headers = backend().received[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'x-set': 'by the gateway', 'x-forwarded-for': '127.0.0.1', 'x-sent': 'seen' });
    for (const name of ['x-forwarded-host', 'x-forwarded-proto', 'x-request-id', 'host'])
      expect(headers[name]).toBeTruthy();
  });

  it.each([
    ['websocket', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: a']],
    ['h2c', ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']],
    ['TLS', ['Connection: Upgrade', 'Upgrade: TLS/1.0, HTTP/1.1']],
  ])('never switches the protocol, here or at a backend: %s', async (_what, headers) => {
    const answer = await rawExchange(
      gateway().port,
      `${['GET /open/a HTTP/1.1', `Host: ${STAGE_HOST}`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(200);
    for (const name of ['upgrade', 'http2-settings', 'te'])
      expect(backend().received[0]?.headers).not.toHaveProperty(name);
  });

  it('does not let CONNECT through', async () => {
    expect(statusOf(await send('CONNECT 127.0.0.1:22 HTTP/1.1'))).toBe(400);
    expect(statusOf(await send(`CONNECT ${STAGE_HOST}:80 HTTP/1.1`))).toBe(400);
    expect(backend().received).toEqual([]);
  });
});

describe('X-Forwarded-For', () => {
  const through = (...values: string[]) =>
    send(
      'GET /admin HTTP/1.1',
      values.map((value) => `X-Forwarded-For: ${value}`),
      trusting().port,
    );

  it('of anybody does not open an IP_ACL, and does not reach backends', async () => {
    for (const name of [
      'X-Forwarded-For',
      'X-Real-IP',
      'Forwarded',
      'True-Client-IP',
      'CF-Connecting-IP',
      'Client-IP',
    ]) {
      expect(statusOf(await get('/admin', [`${name}: 10.0.0.1`]))).toBe(403);
    }
    await get('/open/a', ['X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.1', 'X-Forwarded-Proto: https']);
    const headers = backend().received[0]?.headers ?? {};
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(headers).not.toHaveProperty('forwarded');
  });

  it('of a trusted proxy is believed up to the first address that is none', async () => {
    expect(statusOf(await through('10.0.0.1'))).toBe(200);
    expect(statusOf(await through('203.0.113.9, 10.0.0.1'))).toBe(200);
    expect(statusOf(await through('10.0.0.1, 127.0.0.5'))).toBe(200);
    expect(statusOf(await through('10.0.0.1, 203.0.113.9'))).toBe(403);
    expect(statusOf(await through('10.0.0.1', '203.0.113.9'))).toBe(403);
    expect(statusOf(await through('10.0.0.1, 203.0.113.9, 127.0.0.5'))).toBe(403);
  });

  it.each(['unknown', '10.0.0', '10.0.0.1 ; DROP', '::ffff:10.0.0.1.1', '0x0a000001', '167772161', '10.0.0.01', ''])(
    'of a trusted proxy that is no address is 4000006: %s',
    async (value) => {
      expect(await through(value)).toMatch(/^HTTP\/1\.1 400 [^]*"resultCode":4000006/);
    },
  );

  it('in the IPv6 spelling of an IPv4 address is that address', async () => {
    expect(statusOf(await through('::ffff:10.0.0.1'))).toBe(200);
    expect(statusOf(await through('::ffff:0a00:0001'))).toBe(200);
    expect(statusOf(await through('::ffff:203.0.113.9'))).toBe(403);
  });
});
