import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { CHUNKED, rawExchange, STAGE_HOST } from './support/client.js';
import { itOnSockets } from './support/engines.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { until } from './support/until.js';

const CERTIFICATE = fileURLToPath(new URL('support/certificates/localhost.pem', import.meta.url));
const credentials = {
  cert: readFileSync(CERTIFICATE),
  key: readFileSync(new URL('support/certificates/localhost.key.pem', import.meta.url)),
};
const secure = createServer(credentials, (request, response) => {
  if (request.method === 'POST') request.pipe(response);
  else request.socket.end('HTTP/1.0 200 OK\r\n\r\nup to the end');
});

const gateway = useGateway({ upstreamCaFile: CERTIFICATE });
const backend = useBackend();
/** Takes a body in slowly, and answers with it. */
const slow = useBackend((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString('latin1');
    request.pause();
    setImmediate(() => request.resume());
  });
  request.on('end', () => response.end(body));
});
const special = useBackend((request, response) => {
  const what = request.url;
  if (what === '/chunks' && request.method === 'GET') {
    response.writeHead(200, { Trailer: 'X-Trailer' });
    response.write('hel');
    response.addTrailers({ 'X-Trailer': '1' });
    response.end('lo');
  } else if (what === '/empty') response.writeHead(204).end();
  else if (what === '/unchanged') response.writeHead(304, { ETag: '"1"' }).end();
  else response.writeHead(200, { 'Content-Length': '5' }).end(request.method === 'HEAD' ? undefined : 'hello');
});
/** Never says a word, so that a connection over TLS does not come about. */
const mute = useRawBackend((socket) => void socket.resume());
/** Answers well and ends its side of the connection, although it has not said so. */
const leaving = useRawBackend((socket: Socket) => {
  socket.on('data', () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nleft'));
});

beforeAll(async () => {
  await once(secure.listen(0, '127.0.0.1'), 'listening');
  const securePort = (secure.address() as AddressInfo).port;
  await gateway().deploy([
    pathOf('/', [httpRoute('GET', backend().url, '/'), httpRoute('POST', backend().url, '/')]),
    pathOf('/slow', [httpRoute('POST', slow().url, '/')]),
    pathOf('/special/{x}', [
      httpRoute('GET', special().url, '/${request.path.x}'),
      httpRoute('HEAD', special().url, '/${request.path.x}'),
    ]),
    pathOf('/mute', [httpRoute('POST', `https://localhost:${mute().port}`, '/')]),
    pathOf('/leaving', [httpRoute('GET', leaving().url, '/')]),
    pathOf('/secure', [
      httpRoute('POST', `https://localhost:${securePort}`, '/'),
      httpRoute('GET', `https://localhost:${securePort}`, '/'),
    ]),
    pathOf('/mock', [mockRoute('GET', 'mocked')]),
  ]);
});
afterAll(() => {
  secure.close();
  secure.closeAllConnections();
});

const head = (line: string, ...headers: string[]) =>
  `${[line, `Host: ${STAGE_HOST}`, ...headers].join('\r\n')}\r\n\r\n`;
const LAST = head('GET /mock HTTP/1.1', 'Connection: close');
const statuses = (text: string) => text.match(/HTTP\/1\.1 \d+/g)?.map((match) => Number(match.slice(-3)));

describe('a client of HTTP/1.0', () => {
  it('that asks for it keeps its connection', async () => {
    const request = head('GET / HTTP/1.0', 'Connection: keep-alive');
    const answer = await rawExchange(gateway().port, request + request + LAST);
    expect(statuses(answer)).toEqual([200, 200, 200]);
    expect(answer.match(/^connection: keep-alive/gim)).toHaveLength(2);
    expect(answer.endsWith('mocked')).toBe(true);
  });

  it('that does not ask for it gets one answer and the end', async () => {
    const answer = await rawExchange(gateway().port, head('GET / HTTP/1.0'));
    expect(statuses(answer)).toEqual([200]);
    expect(answer.endsWith('\r\n\r\nok')).toBe(true);
  });

  it('gets an answer in chunks without them, up to the end of the connection', async () => {
    const answer = await rawExchange(
      gateway().port,
      head('GET /special/chunks HTTP/1.0', 'Connection: keep-alive') + LAST,
    );
    expect(statuses(answer)).toEqual([200]);
    expect(answer.endsWith('\r\n\r\nhello')).toBe(true);
  });

  it('is not told to go on, which it would take for the answer', async () => {
    const request = head('POST / HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 2');
    expect(statuses(await rawExchange(gateway().port, `${request}hi`))).toEqual([200]);
  });
});

describe('answers without a body', () => {
  it('end where they end, for what is sent without waiting', async () => {
    const paths = ['HEAD /special/body', 'GET /special/empty', 'GET /special/unchanged', 'HEAD /special/other'];
    const requests = paths.map((path) => head(`${path} HTTP/1.1`)).join('');
    const answer = await rawExchange(gateway().port, requests + LAST);
    expect(statuses(answer)).toEqual([200, 204, 304, 200, 200]);
    expect(answer).not.toContain('hello');
    expect(answer.endsWith('mocked')).toBe(true);
  });
});

describe('trailers', () => {
  it('of an answer are dropped, and the next answer is found behind them', async () => {
    const answer = await rawExchange(gateway().port, head('GET /special/chunks HTTP/1.1') + LAST);
    expect(statuses(answer)).toEqual([200, 200]);
    expect(answer).not.toMatch(/x-trailer/i);
    expect(answer.replaceAll(/\r\n[0-9a-f]+\r\n|^[0-9a-f]+\r\n/gim, '')).toMatch(/hel.*lo/s);
  });

  it('of a request are dropped, and the next request is found behind them', async () => {
    const request = head('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'Trailer: X-Trailer');
    const answer = await rawExchange(gateway().port, `${request}3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n${LAST}`);
    expect(statuses(answer)).toEqual([200, 200]);
    expect(backend().received.map(({ body }) => body.toString())).toEqual(['abc']);
    expect(backend().received[0]?.headers).not.toHaveProperty('x-trailer');
  });
});

describe('a client that waits for 100 Continue', () => {
  it('is told to go on once, before its body and its answer', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => (text += data.toString('latin1')));
    client.write(head('POST / HTTP/1.1', 'Expect: 100-continue', 'Content-Length: 2'));
    await until(() => text !== '');
    expect(text).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    client.write(`hi${LAST}`);
    await once(client, 'close');
    expect(statuses(text)).toEqual([100, 200, 200]);
  });
});

describe('a client that ends its side behind a body', () => {
  it('still gets its answer, however slowly the body is taken', async () => {
    const client = connect({ port: gateway().port, host: '127.0.0.1', allowHalfOpen: true });
    const body = 'x'.repeat(500_000);
    client.end(head('POST /slow HTTP/1.1', `Content-Length: ${body.length}`) + body);
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(statuses(text)).toEqual([200]);
    expect(text.endsWith(body)).toBe(true);
  });
});

describe('a client that ends its side behind half a request', () => {
  itOnSockets('gets the answer to the one before it, and then a refusal', async () => {
    const client = connect({ port: gateway().port, host: '127.0.0.1', allowHalfOpen: true });
    client.end(`${head('POST /slow HTTP/1.1', 'Content-Length: 4')}bodyGET /half HT`);
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(statuses(text)).toEqual([200, 400]);
  });
});

describe('a client that resets', () => {
  it('while its body waits for a connection to the backend does not end the gateway', async () => {
    for (let round = 0; round < 3; round += 1) {
      const client = connect(gateway().port, '127.0.0.1');
      client.on('error', () => client.destroy());
      client.write(`${head('POST /mute HTTP/1.1', 'Content-Length: 100')}half`);
      await until(async () => (await mute().connections()) > round);
      client.resetAndDestroy();
      await once(client, 'close');
    }
    expect((await gateway().call('/mock')).text).toBe('mocked');
  });
});

describe('a request that has been answered', () => {
  itOnSockets('gets no second answer when what is left of its body is no HTTP', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => (text += data.toString('latin1')));
    client.write(`${head('POST /none HTTP/1.1', 'Transfer-Encoding: chunked')}3\r\nab`);
    await until(() => text.includes('4041007'));
    client.write(`zzzz${LAST}`);
    await once(client, 'close');
    expect(statuses(text)).toEqual([404]);
  });
});

describe('a backend', () => {
  it('that ends its side behind an answer is asked again over another connection', async () => {
    for (let round = 0; round < 5; round += 1) {
      await until(async () => (await leaving().connections()) === 0);
      expect((await gateway().call('/leaving')).text).toBe('left');
    }
  });

  it('over TLS gets and gives bodies whole, declared, in chunks or up to the end of the connection', async () => {
    expect((await gateway().call('/secure')).text).toBe('up to the end');
    const body = randomBytes(700_000);
    for (const headers of [{ 'content-length': String(body.length) }, CHUNKED]) {
      const answer = await gateway().call('/secure', { method: 'POST', headers, body });
      expect(answer.body.equals(body)).toBe(true);
    }
  });
});
