import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';
import { until } from './support/until.js';

const SIZE = 9 * 1024 * 1024;
const body = randomBytes(SIZE);
const DIGEST = createHash('sha256').update(body).digest('hex');

const gateway = useGateway();
const whole = useBackend((_request, response) => void response.end(body));
let held: { request: IncomingMessage; response: ServerResponse } | null = null;
/** Leaves its answers to the test. */
const manual = useBackend((request, response) => {
  held = { request, response };
});
const connections = new Set<Socket>();
const counted = useBackend((request, response) => {
  connections.add(request.socket);
  response.end(request.url);
});

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/whole', [httpRoute('GET', whole().url, '/')]),
    pathOf('/manual', [httpRoute('GET', manual().url, '/'), httpRoute('POST', manual().url, '/')]),
    pathOf('/counted/{n}', [httpRoute('GET', counted().url, '/${request.path.n}')]),
    pathOf('/mock', [mockRoute('GET', 'mocked')]),
  ]);
});

const options = (path: string, method = 'GET') => ({
  port: gateway().port,
  host: '127.0.0.1',
  path,
  method,
  headers: { host: STAGE_HOST },
});

/** Digest of a stream that is read with a pause after every piece. */
async function digestSlowly(stream: IncomingMessage): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    hash.update(chunk as Buffer);
    await turn();
  }
  return hash.digest('hex');
}

describe('streaming', () => {
  it('gives the head of an answer on before its body comes, and each piece as it comes', async () => {
    held = null;
    const request = httpRequest(options('/manual')).end();
    const backend = await until(() => held);
    backend.response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    for (const piece of ['data: 1\n\n', 'data: 2\n\n']) {
      backend.response.write(piece);
      const [chunk] = (await once(response, 'data')) as [Buffer];
      expect(chunk.toString()).toBe(piece);
    }
    backend.response.end();
    await once(response, 'end');
  });

  it('gives each piece of a request on as it comes', async () => {
    held = null;
    const request = httpRequest(options('/manual', 'POST'));
    request.write('first');
    const backend = await until(() => held);
    const [first] = (await once(backend.request, 'data')) as [Buffer];
    expect(first.toString()).toBe('first');
    request.end('second');
    const [second] = (await once(backend.request, 'data')) as [Buffer];
    expect(second.toString()).toBe('second');
    backend.response.end('done');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
  });

  it('gives a slow reader all of a large answer', async () => {
    const request = httpRequest(options('/whole')).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(await digestSlowly(response)).toBe(DIGEST);
  });

  it('gives a slow backend all of a large request', async () => {
    held = null;
    const request = httpRequest(options('/manual', 'POST'));
    const sent = pipeline([body], request);
    const backend = await until(() => held);
    expect(await digestSlowly(backend.request)).toBe(DIGEST);
    backend.response.end();
    await sent;
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
  });
});

describe('connections', () => {
  it('to a backend are kept and used again', async () => {
    connections.clear();
    for (let round = 0; round < 5; round += 1) await gateway().call(`/counted/${round}`);
    expect(connections.size).toBe(1);
  });

  it('of a client are kept for its next requests, whatever the answers', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (const path of ['/counted/1', '/none', '/mock', '/counted/2']) {
      const request = httpRequest({ ...options(path), agent }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      ports.add(response.socket.localPort);
      await once(response.resume(), 'end');
    }
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it('carry requests that are sent without waiting, answered in order', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => (text += data.toString('latin1')));
    const paths = ['/counted/1', '/mock', '/none', '/counted/2'];
    client.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`).join(''));
    await until(() => text.endsWith('/2'));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
    expect(text.indexOf('/1')).toBeLessThan(text.indexOf('mocked'));
    client.destroy();
  });
});
