import { beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { useBackend, useGateway } from './support/suite.js';
import { CHUNKED, declared, rawExchange, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { until } from './support/until.js';

const LIMIT = 10 * 1024 * 1024;
const TOO_LARGE = {
  header: {
    isSuccessful: false,
    resultCode: 4131000,
    resultMessage: 'Request size is larger than permissible limit. the permissible limit is 10mb.',
  },
};
const gateway = useGateway();
const backend = useBackend();
let abandoned = 0;
const waiting = useBackend((request) => void request.resume().once('close', () => (abandoned += 1)));
/** Answers with as many bytes as the path says, declared or in chunks. */
const sized = useBackend((request, response) => {
  const [, kind, bytes = ''] = (request.url ?? '').split('/');
  if (kind === 'declared') response.setHeader('Content-Length', bytes);
  response.end(Buffer.alloc(request.method === 'HEAD' ? 0 : Number(bytes)));
});

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/in', [httpRoute('POST', backend().url, '/')]),
    pathOf('/mock', [mockRoute('POST', 'mocked')]),
    pathOf('/out/{x+}', [
      httpRoute('GET', sized().url, '/${request.path.x+}'),
      httpRoute('HEAD', sized().url, '/${request.path.x+}'),
    ]),
  ]);
});

const head = (line: string, ...headers: string[]) =>
  `${[line, `Host: ${STAGE_HOST}`, ...headers].join('\r\n')}\r\n\r\n`;

describe('the size of a request', () => {
  it('may be 10 MB', async () => {
    for (const headers of [declared(LIMIT), CHUNKED]) {
      expect((await gateway().call('/in', { method: 'POST', headers, body: Buffer.alloc(LIMIT) })).status).toBe(200);
    }
    expect(backend().received.map(({ body }) => body.length)).toEqual([LIMIT, LIMIT]);
  });

  it.each(['/in', '/mock'])(
    'is refused with 4131000 as soon as more is declared, without asking for it: %s',
    async (path) => {
      const answer = await rawExchange(
        gateway().port,
        head(`POST ${path} HTTP/1.1`, `Content-Length: ${LIMIT + 1}`, 'Expect: 100-continue'),
      );
      expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
      expect(answer).toMatch(/^connection: close/im);
      expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toEqual(TOO_LARGE);
      expect(backend().received).toHaveLength(0);
    },
  );

  it.each(['/in', '/mock'])(
    'is refused with 4131000 while it streams, and the client can read that: %s',
    async (path) => {
      for (const headers of [CHUNKED, declared(LIMIT + 1)]) {
        const answer = await gateway().call(path, { method: 'POST', headers, body: Buffer.alloc(LIMIT + 1) });
        expect(answer.status).toBe(413);
        expect(answer.headers.connection).toBe('close');
        expect(answer.json()).toEqual(TOO_LARGE);
      }
      expect(backend().received).toHaveLength(0);
    },
  );

  it('is checked after the route', async () => {
    const answer = await gateway().call('/none', { method: 'POST', body: Buffer.alloc(LIMIT + 1) });
    expect(answer.status).toBe(404);
  });
});

describe('the size of a response', () => {
  it.each(['declared', 'chunked'])('may be 10 MB, %s', async (kind) => {
    expect((await gateway().call(`/out/${kind}/${LIMIT}`)).body.length).toBe(LIMIT);
  });

  it.each(['declared', 'chunked'])('over 10 MB cuts the client off and is logged with 500000001, %s', async (kind) => {
    gateway().log.length = 0;
    await expect(gateway().call(`/out/${kind}/${LIMIT + 1}`)).rejects.toThrow();
    expect(gateway().log).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ failure: 'ResponseTooLarge', code: 500000001, stageId: 'stage1' }),
      }),
    );
  });

  it('is no matter for HEAD', async () => {
    const answer = await gateway().call(`/out/declared/${LIMIT + 1}`, { method: 'HEAD' });
    expect(answer.headers['content-length']).toBe(String(LIMIT + 1));
  });
});

describe('a request that is not valid HTTP', () => {
  it.each([
    ['no request line', 'hello\r\n\r\n'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', head('GET / HTTP/1.1', 'Host: other')],
    ['two lengths', head('POST /in HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2')],
    ['a length and chunks', head('POST /in HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked')],
    ['another coding than chunks', head('POST /in HTTP/1.1', 'Transfer-Encoding: gzip, chunked')],
    ['a bad length', head('POST /in HTTP/1.1', 'Content-Length: -1')],
    ['a bad chunk', `${head('POST /in HTTP/1.1', 'Transfer-Encoding: chunked')}zz\r\n`],
    ['a space before the colon', head('GET / HTTP/1.1', 'X-A : 1')],
    ['a header over several lines', head('GET / HTTP/1.1', 'X-A: 1\r\n 2')],
    ['a bare carriage return', head('GET / HTTP/1.1', 'X-A: 1\rX-B: 2')],
    ['a zero byte', head('GET / HTTP/1.1', 'X-A: 1\0')],
    ['headers over the limit', head('GET / HTTP/1.1', `X-A: ${'a'.repeat(40_000)}`)],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ])('is answered with 400 and the connection closed: %s', async (_what, text) => {
    const answer = await rawExchange(gateway().port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(/^connection: close/im);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(backend().received).toHaveLength(0);
  });

  it('does not take the answer of the request before it away', async () => {
    const answer = await rawExchange(gateway().port, `${head('POST /mock HTTP/1.1')}garbage\r\n\r\n`);
    expect(answer).not.toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('a slow client', () => {
  const hurried = useGateway({ clientHeadersTimeoutMs: 300, clientIdleTimeoutMs: 200, clientRequestTimeoutMs: 700 });

  beforeAll(() =>
    hurried().deploy([
      pathOf('/wait', [httpRoute('POST', waiting().url, '/')]),
      pathOf('/mock', [mockRoute('POST', 'mocked')]),
    ]),
  );

  it('is answered with 400 when its headers take too long', async () => {
    expect(await rawExchange(hurried().port, 'GET / HTTP/1.1\r\nX-A')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('is ended when its body takes too long, and so is the call to the backend', async () => {
    const answer = await rawExchange(hurried().port, `${head('POST /wait HTTP/1.1', 'Content-Length: 10')}abc`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('the request was not complete in time');
    await until(() => abandoned === 1);
  });

  it('loses its connection when it asks for nothing more', async () => {
    const socket = connect(hurried().port, '127.0.0.1');
    socket.write(head('POST /mock HTTP/1.1'));
    socket.resume();
    await once(socket, 'close');
    expect(socket.bytesRead).toBeGreaterThan(0);
  });
});
