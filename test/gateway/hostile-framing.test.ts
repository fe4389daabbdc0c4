import { beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { rawExchange, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway({ clientHeadersTimeoutMs: 400, clientRequestTimeoutMs: 900, clientIdleTimeoutMs: 200 });
const narrow = useGateway({ maxConnections: 3 });
const backend = useBackend();
const slow = useBackend((request, response) => {
  request.resume();
  setTimeout(() => response.end('late'), 150);
});
let abandoned = 0;
const silent = useBackend((request) => void request.socket.once('close', () => (abandoned += 1)));
/** Answers whatever the test has put here. */
let rawAnswer = '';
const raw = useRawBackend((socket) => void socket.once('data', () => socket.end(rawAnswer)));

beforeAll(async () => {
  const { url } = backend();
  await gateway().deploy([
    pathOf('/', [httpRoute('GET', url, '/'), httpRoute('POST', url, '/')]),
    pathOf('/smuggled', [httpRoute('GET', url, '/smuggled')]),
    pathOf('/slow', [httpRoute('GET', slow().url, '/')]),
    pathOf('/silent', [httpRoute('GET', silent().url, '/')]),
    pathOf('/raw', [httpRoute('GET', raw().url, '/')]),
  ]);
  await narrow().deploy([pathOf('/mock', [mockRoute('GET', 'mocked')])]);
});

const SMUGGLED = `GET /smuggled HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`;
const post = (headers: string[], body: string) =>
  `${['POST / HTTP/1.1', `Host: ${STAGE_HOST}`, ...headers].join('\r\n')}\r\n\r\n${body}`;
const chunked = (body: string) => post(['Transfer-Encoding: chunked'], body);
const targets = () => backend().received.map(({ url }) => url);

describe('a message whose end could be read in two ways', () => {
  it.each([
    ['two different lengths', post(['Content-Length: 5', 'Content-Length: 0'], `12345${SMUGGLED}`)],
    ['the same length twice', post(['Content-Length: 5', 'Content-Length: 5'], `12345${SMUGGLED}`)],
    ['a list of lengths', post(['Content-Length: 0, 5'], `12345${SMUGGLED}`)],
    ['a length with a sign', post(['Content-Length: +5'], `12345${SMUGGLED}`)],
    ['a length in hex', post(['Content-Length: 0x5'], `12345${SMUGGLED}`)],
    ['a length with a space in it', post(['Content-Length: 0 5'], `12345${SMUGGLED}`)],
    ['a length beyond all numbers', post([`Content-Length: ${'9'.repeat(30)}`], SMUGGLED)],
    ['a negative length', post(['Content-Length: -1'], SMUGGLED)],
    ['an empty length', post(['Content-Length:'], SMUGGLED)],
    ['a length and chunks', post(['Content-Length: 4', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['chunks and a length', post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${SMUGGLED}`)],
    ['chunks twice', post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['chunks and identity', post(['Transfer-Encoding: chunked, identity'], `0\r\n\r\n${SMUGGLED}`)],
    ['identity alone', post(['Transfer-Encoding: identity', 'Content-Length: 5'], `12345${SMUGGLED}`)],
    ['another coding', post(['Transfer-Encoding: gzip, chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['a coding with a tail', post(['Transfer-Encoding: chunkedx', 'Content-Length: 5'], `12345${SMUGGLED}`)],
    ['a coding with a vertical tab', post(['Transfer-Encoding: \x0bchunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['a coding with a parameter', post(['Transfer-Encoding: chunked;a=b'], `0\r\n\r\n${SMUGGLED}`)],
    ['a coding in quotes', post(['Transfer-Encoding: "chunked"', 'Content-Length: 5'], `12345${SMUGGLED}`)],
    ['a space before the colon', post(['Transfer-Encoding : chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['a tab before the colon', post(['Content-Length\t: 5'], `12345${SMUGGLED}`)],
    ['a folded coding', post(['Transfer-Encoding:\r\n chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['a folded first header', `POST / HTTP/1.1\r\n Host: ${STAGE_HOST}\r\n\r\n${SMUGGLED}`],
    ['a coding behind a bare CR', post(['X-A: 1\rTransfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['a coding behind a bare LF', post(['X-A: 1\nTransfer-Encoding: chunked'], `0\r\n\r\n${SMUGGLED}`)],
    ['lines that end in LF alone', `POST / HTTP/1.1\nHost: ${STAGE_HOST}\nContent-Length: 0\n\n${SMUGGLED}`],
    ['a header without a colon', post(['Content-Length 5'], `12345${SMUGGLED}`)],
    ['a header without a name', post([': chunked'], SMUGGLED)],
    ['a NUL in a name', post(['Content-\0Length: 5'], `12345${SMUGGLED}`)],
    ['a NUL in a value', post(['X-A: a\0b'], SMUGGLED)],
    ['a control character in a value', post(['X-A: a\x01b'], SMUGGLED)],
    ['DEL in a value', post(['X-A: a\x7fb'], SMUGGLED)],
    ['a name in other letters', post(['Content-Lengt\xe9: 5'], SMUGGLED)],
    ['a chunk with a prefix', chunked(`0x3\r\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk with a sign', chunked(`+3\r\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a negative chunk', chunked(`-1\r\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk without a size', chunked(`\r\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk beyond all numbers', chunked(`ffffffffffffffffff\r\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk size that ends in LF alone', chunked(`3\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk extension with a bare LF', chunked(`3;a\nb\r\nabc\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk that is longer than it says', chunked(`3\r\nabcdef\r\n0\r\n\r\n${SMUGGLED}`)],
    ['a chunk that ends in LF alone', chunked(`3\r\nabc\n0\r\n\r\n${SMUGGLED}`)],
    ['chunks in a version that has none', post(['Transfer-Encoding: gzip'], '').replace('1.1', '1.0') + SMUGGLED],
    ['an unknown version', post([], SMUGGLED).replace('HTTP/1.1', 'HTTP/1.9')],
    ['a length in the trailers', chunked(`3\r\nabc\r\n0\r\nContent-Length: 99\r\n\r\n${SMUGGLED}`)],
    ['a request line with more words', `GET / smuggled HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n${SMUGGLED}`],
    ['a method in other letters', `G\xcbT / HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n${SMUGGLED}`],
  ])('is refused with 400, and nothing behind it is served: %s', async (_what, text) => {
    const answer = await rawExchange(gateway().port, text);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect(answer).toMatch(/^connection: close/im);
    expect(answer).toContain('"resultCode":4000007');
    expect(targets()).not.toContain('/smuggled');
  });

  it('is not served in a protocol before 1.0', async () => {
    const answer = await rawExchange(gateway().port, `GET /\r\n\r\n${SMUGGLED}`);
    // The one engine says nothing, the other that this is no HTTP.
    expect(answer).not.toMatch(/^HTTP\/1\.1 (?!400)/);
    expect(targets()).toEqual([]);
  });

  it.each([
    ['leading zeros', '0000000000003\r\nabc\r\n0\r\n\r\n'],
    ['an extension', '3;name=value\r\nabc\r\n0\r\n\r\n'],
    ['trailers', '3\r\nabc\r\n0\r\nX-Trailer: 1\r\nx-nhn-apikey: stolen\r\n\r\n'],
  ])('is served when the chunks are odd but clear, in the gateway’s own words: %s', async (_what, body) => {
    const text = post(
      ['Transfer-Encoding: chunked', 'Trailer: x-nhn-apikey', 'TE: trailers', 'Connection: close'],
      body,
    );
    const answer = await rawExchange(gateway().port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const [received] = backend().received;
    expect(received?.body.toString()).toBe('abc');
    for (const name of ['x-trailer', 'x-nhn-apikey', 'trailer', 'te'])
      expect(received?.headers).not.toHaveProperty(name);
  });
});

describe('more than anybody needs', () => {
  it.each([
    ['a request line', `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`],
    ['a header', post([`X-A: ${'a'.repeat(40_000)}`], '')],
    ['a header name', post([`${'a'.repeat(40_000)}: 1`], '')],
    [
      'headers in number',
      post(
        Array.from({ length: 10_000 }, (_, at) => `X-${at}: 1`),
        '',
      ),
    ],
    ['a chunk extension', chunked(`3;${'a'.repeat(40_000)}\r\nabc\r\n0\r\n\r\n`)],
    ['trailers', chunked(`3\r\nabc\r\n0\r\n${'X-A: 1\r\n'.repeat(10_000)}\r\n`)],
  ])('is refused: %s', async (_what, text) => {
    const answer = await rawExchange(gateway().port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|413) /);
    expect((await gateway().call('/')).status).toBe(200);
  });

  it('as headers that never end is cut off at 32 KB', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    client.on('error', () => client.destroy());
    client.resume();
    client.write(`GET / HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n`);
    let sent = 0;
    while (!client.destroyed && client.writable && sent < 1_000_000) {
      client.write(`X-${sent}: ${'a'.repeat(1_000)}\r\n`);
      sent += 1_000;
      await delay(1);
    }
    expect(sent).toBeLessThan(1_000_000);
    client.destroy();
  });

  it.each([
    ['headers', 400, `GET / HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nX-A: `],
    ['a body', 900, post(['Content-Length: 1000'], '')],
    ['chunks', 900, chunked('3e8\r\n')],
  ])('as time for %s ends the connection, however the bytes drip', async (_what, limitMs, start) => {
    const client = connect(gateway().port, '127.0.0.1');
    client.on('error', () => client.destroy());
    client.resume();
    client.write(start);
    const drip = setInterval(() => client.writable && client.write('a'), 50);
    const began = performance.now();
    await once(client, 'close');
    clearInterval(drip);
    expect(performance.now() - began).toBeGreaterThan(limitMs - 50);
    expect(performance.now() - began).toBeLessThan(limitMs + 4_000);
  });

  it('as connections is turned away, and room is given as soon as there is some', async () => {
    const held = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const client = connect(narrow().port, '127.0.0.1');
        await once(client, 'connect');
        return client;
      }),
    );
    // The connection of somebody who counts as connected may still have to be taken.
    await delay(50);
    await expect(narrow().call('/mock')).rejects.toThrow();
    expect(narrow().log).toContainEqual(
      expect.objectContaining({ message: 'connections were turned away', fields: { maxConnections: 3, dropped: 1 } }),
    );
    for (const client of held) client.destroy();
    await until(() =>
      narrow()
        .call('/mock')
        .catch(() => null),
    );
  });
});

describe('a client that ends its side of the connection', () => {
  it('behind its request still gets the answer', async () => {
    const client = connect({ port: gateway().port, host: '127.0.0.1', allowHalfOpen: true });
    client.end(`GET /slow HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toMatch(/late/);
  });

  it('in the middle of its request is refused', async () => {
    const client = connect({ port: gateway().port, host: '127.0.0.1', allowHalfOpen: true });
    client.end(post(['Content-Length: 10'], 'abc'));
    let text = '';
    for await (const chunk of client) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(targets()).toEqual([]);
  });

  it('and is gone does not keep its backend for long', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    client.write(`GET /silent HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
    await until(async () => (await silent().connections()) > 0);
    client.destroy();
    const began = performance.now();
    await until(() => abandoned === 1);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('an answer of a backend that could be read in two ways', () => {
  it.each([
    ['another coding than chunks', 'Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
    ['a coding without chunks', 'Transfer-Encoding: gzip\r\n\r\nabc'],
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
    ['a bad length', 'Content-Length: 3x\r\n\r\nabc'],
    ['a space before the colon', 'X-A : 1\r\nContent-Length: 3\r\n\r\nabc'],
    ['a header over two lines', 'X-A: 1\r\n 2\r\nContent-Length: 3\r\n\r\nabc'],
    ['a NUL', 'X-A: a\0b\r\nContent-Length: 3\r\n\r\nabc'],
  ])('is 502: %s', async (_what, rest) => {
    rawAnswer = `HTTP/1.1 200 OK\r\n${rest}`;
    const answer = await gateway().call('/raw');
    expect([answer.status, answer.json().header.resultCode]).toEqual([502, 5020001]);
  });

  it.each([
    ['a switch of the protocol', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nabc'],
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['nothing', ''],
  ])('is 502 too when it is no answer: %s', async (_what, text) => {
    rawAnswer = text;
    const answer = await gateway().call('/raw');
    expect([answer.status, answer.json().header.resultCode]).toEqual([502, 5020001]);
  });
});
