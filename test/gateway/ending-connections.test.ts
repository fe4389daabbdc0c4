import { beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startEngine } from '../../src/gateway/engine/index.js';
import { headerList } from '../../src/gateway/header-list.js';
import { STAGE_HOST } from './support/client.js';
import { testSettings } from './support/gateway.js';
import { httpRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';

const BIG_BYTES = 300_000;
/** Longer than a connection that is going to be closed, or half closed, is kept when nothing moves on it. */
const LONG_MS = 3_500;

const gateway = useGateway();
const backend = useBackend((request, response) => {
  request.resume();
  if (request.url === '/late') setTimeout(() => response.end('late'), LONG_MS);
  else response.end('x'.repeat(BIG_BYTES));
});
/** Breaks its answer off a while after it has begun. */
const breaking = useRawBackend((socket: Socket) => {
  socket.once('data', () => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n');
    setTimeout(() => socket.destroy(), 100);
  });
});

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/{x}', [
      httpRoute('GET', backend().url, '/${request.path.x}'),
      httpRoute('PUT', backend().url, '/${request.path.x}'),
    ]),
    pathOf('/breaking', [httpRoute('GET', breaking().url, '/')]),
  ]);
});

const head = (line: string, ...headers: string[]) =>
  `${[line, `Host: ${STAGE_HOST}`, ...headers].join('\r\n')}\r\n\r\n`;

function open(port = gateway().port): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true });
}

/** All that comes until the connection ends, the last of it as text, and the code of the error that ended it. */
async function rest(client: Socket): Promise<{ text: string; bytes: number; error: string | null }> {
  const chunks: Buffer[] = [];
  let error: string | null = null;
  client.on('error', (cause: NodeJS.ErrnoException) => (error = cause.code ?? ''));
  client.on('data', (chunk: Buffer) => chunks.push(chunk));
  client.once('end', () => client.end());
  client.resume();
  if (!client.closed) await once(client, 'close').catch(() => null);
  const all = Buffer.concat(chunks);
  return { text: all.toString('latin1', Math.max(0, all.length - 1_000_000)), bytes: all.length, error };
}

describe('an answer that breaks off', () => {
  it('takes nothing along of the answers before it, whatever the client has sent ahead', async () => {
    const clients = Array.from({ length: 10 }, async () => {
      const client = open();
      client.pause();
      client.write(head('GET /big HTTP/1.1') + head('GET /breaking HTTP/1.1'));
      client.write(head('PUT /big HTTP/1.1', 'Content-Length: 900000') + 'y'.repeat(900_000));
      await delay(600);
      const { text } = await rest(client);
      expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
      expect(text.match(/x{9,}/)?.[0]).toHaveLength(BIG_BYTES);
      expect(text.endsWith('begun\r\n')).toBe(true);
    });
    await Promise.all(clients);
  });

  it('is not taken for a whole one where only the end of the connection ends it', async () => {
    const client = open();
    client.write(head('GET /breaking HTTP/1.0'));
    const { text, error } = await rest(client);
    expect(text.endsWith('\r\n\r\nbegun')).toBe(true);
    expect(error).toBe('ECONNRESET');
  });
});

describe('the last answer on a connection', () => {
  it('gets to a client that takes its time', async () => {
    // An engine alone: the rest of a gateway would never give it so much more at once than the system holds.
    const content = Buffer.alloc(64_000_000, 'x');
    const engine = await startEngine(
      testSettings('http://localhost', '/nowhere'),
      (exchange) => exchange.respond({ status: 200, headers: headerList() }, content, { close: true }),
      () => undefined,
    );
    const client = open(engine.port);
    client.write(head('GET / HTTP/1.1'));
    await delay(LONG_MS);
    const { bytes, error } = await rest(client);
    await engine.close(0);
    expect(error).toBeNull();
    expect(bytes).toBeGreaterThan(content.length);
  });
});

describe('a client that ends its side behind several requests', () => {
  it('gets all answers, although together they take longer than it is waited for', async () => {
    const client = open();
    client.end(head('GET /late HTTP/1.1').repeat(2));
    const { text } = await rest(client);
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2);
    expect(text.endsWith('late')).toBe(true);
  }, 20_000);
});
