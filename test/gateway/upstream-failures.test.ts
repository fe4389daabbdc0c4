import { beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { startRawBackend, unusedPort } from './support/backend.js';
import { STAGE_HOST } from './support/client.js';
import { itOnSockets } from './support/engines.js';
import { httpRoute, pathOf } from './support/snapshots.js';
import { until } from './support/until.js';

const TIMEOUT_MS = 400;
const gateway = useGateway({ upstreamTimeoutMs: TIMEOUT_MS, breakerFailures: 1000 });
/** Writes what the path says as soon as a request comes, and then ends or stays silent. */
const scripted = useRawBackend((socket) => {
  socket.once('data', (data) => {
    busy.add(socket);
    socket.once('close', () => busy.delete(socket));
    const script = SCRIPTS[/^\S+ \/(\w+)/.exec(data.toString('latin1'))?.[1] ?? ''];
    if (script === undefined) return;
    if (script.text !== '') socket.write(script.text);
    if (script.ends) socket.end();
    if (script.resets === true) socket.resetAndDestroy();
  });
});
/** Connections that have had a request. */
const busy = new Set<Socket>();
const SCRIPTS: Record<string, { text: string; ends: boolean; resets?: boolean }> = {
  garbage: { text: 'this is no HTTP\r\n\r\n', ends: false },
  nothing: { text: '', ends: true },
  half: { text: 'HTTP/1.1 200 O', ends: true },
  badlength: { text: 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', ends: false },
  bighead: { text: `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`, ends: false },
  upgrade: { text: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', ends: false },
  silent: { text: '', ends: false },
  short: { text: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', ends: true },
  badchunk: { text: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n', ends: false },
  whole: { text: 'HTTP/1.0 200 OK\r\n\r\nall of it', ends: true },
  torn: { text: 'HTTP/1.0 200 OK\r\n\r\nsome of', ends: false, resets: true },
  stalled: { text: 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', ends: false },
  twolengths: { text: 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd', ends: false },
  split: { text: 'HTTP/1.1 200 OK\r\nX-A: 1\rX-B: 2\r\nContent-Length: 0\r\n\r\n', ends: false },
  nocontent: { text: 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\n', ends: false },
  early: { text: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno', ends: false },
};
const working = useBackend();

beforeAll(async () => {
  const { url } = scripted();
  await gateway().deploy([
    pathOf('/scripted/{x}', [
      httpRoute('GET', url, '/${request.path.x}'),
      httpRoute('POST', url, '/${request.path.x}'),
    ]),
    pathOf('/refused', [httpRoute('GET', `http://127.0.0.1:${await unusedPort()}`, '/')]),
    pathOf('/unknown', [httpRoute('GET', 'http://no-such-host.invalid', '/')]),
    pathOf('/linklocal', [httpRoute('GET', 'http://169.254.169.254', '/latest')]),
    pathOf('/mapped', [httpRoute('GET', 'http://[::ffff:169.254.169.254]', '/latest')]),
    pathOf('/decimal', [httpRoute('GET', 'http://2852039166', '/latest')]),
    pathOf('/working', [httpRoute('GET', working().url, '/')]),
  ]);
});

describe('a backend that does not do its part', () => {
  it.each(['garbage', 'nothing', 'half', 'badlength', 'bighead', 'upgrade', 'twolengths', 'split'])(
    'by sending "%s" is answered with 5020001',
    async (what) => {
      const answer = await gateway().call(`/scripted/${what}`);
      expect(answer.status).toBe(502);
      expect(answer.json().header).toEqual({
        isSuccessful: false,
        resultCode: 5020001,
        resultMessage: expect.stringMatching(/^Upstream Bad Gateway \([a-zA-Z ]+\)$/),
      });
      expect(answer.headers['content-type']).toBe('application/json');
      expect(answer.headers['x-request-id']).toMatch(/^[a-z0-9]{20}$/);
    },
  );

  it('by refusing the connection is answered with 5020001', async () => {
    expect((await gateway().call('/refused')).json().header).toMatchObject({
      resultCode: 5020001,
      resultMessage: 'Upstream Bad Gateway (connection refused)',
    });
  });

  it('because its name is unknown is answered with 5030001', async () => {
    const answer = await gateway().call('/unknown');
    expect(answer.status).toBe(503);
    expect(answer.json().header).toMatchObject({
      resultCode: 5030001,
      resultMessage: expect.stringMatching(/^Upstream Service Unavailable \((unknown host|name resolution failed)\)$/),
    });
  });

  it('by being silent is answered with 5040001 after the time it has', async () => {
    const answer = await gateway().call('/scripted/silent');
    expect(answer.status).toBe(504);
    expect(answer.json().header).toMatchObject({
      resultCode: 5040001,
      resultMessage: 'Gateway Timeout (Upstream ReadTimeout. limit: 60000ms)',
    });
  });

  it.each(['short', 'badchunk', 'stalled'])('after the head of its answer cuts the client off: %s', async (what) => {
    await expect(gateway().call(`/scripted/${what}`)).rejects.toThrow();
  });

  // undici does not tell the one from the other.
  itOnSockets('by resetting what only its end ends cuts the client off, and an end is an end', async () => {
    const calls = Array.from({ length: 50 }, (_none, at) => gateway().call(`/scripted/${at % 2 ? 'torn' : 'whole'}`));
    const outcomes = await Promise.allSettled(calls);
    const texts = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.text : null));
    expect(texts).toEqual(calls.map((_call, at) => (at % 2 ? null : 'all of it')));
  });

  it('by giving 204 a length is passed on without it', async () => {
    const answer = await gateway().call('/scripted/nocontent');
    expect(answer.status).toBe(204);
    expect(answer.headers).not.toHaveProperty('content-length');
  });

  it('is not asked again on the same connection', async () => {
    await Promise.allSettled(
      ['silent', 'stalled', 'garbage', 'badchunk'].map((what) => gateway().call(`/scripted/${what}`)),
    );
    await until(() => busy.size === 0);
    expect(busy.size).toBe(0);
  });
});

describe('a request that a backend may have got', () => {
  it('is not sent again', async () => {
    let heard = 0;
    const backend = await startRawBackend((socket) => {
      socket.on('data', () => {
        heard += 1;
        socket.destroy();
      });
    });
    await gateway().deploy([pathOf('/', [httpRoute('GET', backend.url, '/')])], { stageId: 'once' }, [
      'once.api.localhost',
    ]);
    expect((await gateway().call('/', { host: 'once.api.localhost' })).json().header.resultCode).toBe(5020001);
    expect(heard).toBe(1);
    await backend.close();
  });
});

describe('a backend that answers before the request is whole', () => {
  it('is heard, and the client keeps its connection', async () => {
    const socket = connect(gateway().port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => (text += data.toString('latin1')));
    socket.write(`POST /scripted/early HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nContent-Length: 6\r\n\r\nabc`);
    await until(() => text.endsWith('\r\n\r\nno'));
    socket.write(`defGET /working HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
    await until(() => text.endsWith('ok'));
    socket.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  });
});

describe('addresses that no backend may have', () => {
  it.each(['/linklocal', '/mapped', '/decimal'])('are not connected to: %s', async (path) => {
    expect((await gateway().call(path)).json().header).toMatchObject({
      resultCode: 5030001,
      resultMessage: 'Upstream Service Unavailable (address is not allowed)',
    });
  });
});

describe('a client that leaves', () => {
  it('ends the call to the backend and its connection', async () => {
    const { port } = gateway();
    let received = '';
    let closed = 0;
    const backend = await startRawBackend((connection) => {
      connection.on('data', (data) => (received += data.toString('latin1')));
      connection.once('close', () => (closed += 1));
    });
    const routes = [httpRoute('GET', backend.url, '/'), httpRoute('POST', backend.url, '/')];
    await gateway().deploy([pathOf('/', routes)], { stageId: 'leaving' }, ['leaving.api.localhost']);
    for (const request of ['GET / HTTP/1.1\r\n|', 'POST / HTTP/1.1\r\nContent-Length: 10\r\n|abc']) {
      const client = connect(port, '127.0.0.1');
      client.write(request.replace('|', 'Host: leaving.api.localhost\r\n\r\n'));
      await until(() => received.includes(request.slice(0, 4)) && received.endsWith(request.split('|')[1] ?? ''));
      const before = closed;
      client.destroy();
      await until(() => closed > before);
    }
    expect(closed).toBe(2);
    await backend.close();
  });

  it('leaves no connection behind, whenever it does so', async () => {
    const rounds = Array.from({ length: 60 }, async (_unused, round) => {
      const socket = connect(gateway().port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`GET /working HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
      if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (round % 3 === 1) await once(socket, 'data');
      socket.destroy();
    });
    await Promise.all(rounds);
    expect((await gateway().call('/working')).text).toBe('ok');
  });
});
