import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { rawExchange, STAGE_HOST } from './support/client.js';
import { itOnNode, itOnSockets } from './support/engines.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway();
const impatient = useGateway({ upstreamTimeoutMs: 1 });
const backend = useBackend();
const answers: { url: string; response: ServerResponse }[] = [];
/** Leaves its answers to the test. */
const manual = useBackend((request, response) => {
  answers.push({ url: request.url ?? '', response });
  request.resume();
});
const silent = useRawBackend((socket) => void socket.resume());
const LARGE = 'x'.repeat(65_000);

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/', [httpRoute('GET', backend().url, '/'), httpRoute('POST', backend().url, '/')]),
    pathOf('/manual/{n}', [httpRoute('GET', manual().url, '/${request.path.n}')]),
    pathOf('/silent', [httpRoute('GET', silent().url, '/')]),
    pathOf('/mock', [mockRoute('GET', 'mocked')]),
  ]);
  await impatient().deploy([pathOf('/large', [mockRoute('GET', LARGE)])]);
});
beforeEach(() => void (answers.length = 0));

const get = (path: string, ...headers: string[]) =>
  `${[`GET ${path} HTTP/1.1`, `Host: ${STAGE_HOST}`, ...headers].join('\r\n')}\r\n\r\n`;

async function connected(port = gateway().port): Promise<{ client: Socket; received: () => string }> {
  const client = connect(port, '127.0.0.1');
  let text = '';
  client.on('data', (data) => (text += data.toString('latin1')));
  // What a client sees of being cut off is no matter here.
  client.on('error', () => client.destroy());
  await once(client, 'connect');
  return { client, received: () => text };
}

describe('a connection that is reset', () => {
  it.each([
    ['after CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
    ['after a request with two hosts', get('/', 'Host: other')],
    ['after what is no HTTP', 'hello\r\n\r\n'],
    ['while its request runs', get('/silent')],
  ])('%s does not end the gateway', async (_when, text) => {
    for (let round = 0; round < 10; round += 1) {
      const { client } = await connected();
      client.write(text);
      if (round % 2 === 1) await delay(round);
      client.resetAndDestroy();
    }
    expect((await gateway().call('/mock')).status).toBe(200);
  });
});

describe('what follows a request that is refused', () => {
  it.each([
    ['two hosts', get('/', 'Host: other')],
    [
      'a coding that others read differently',
      `POST / HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['CONNECT', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ])('on its connection for %s never reaches a backend', async (_why, refused) => {
    const answer = await rawExchange(gateway().port, refused + get('/'));
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
    expect((await gateway().call('/')).status).toBe(200);
    expect(backend().received).toHaveLength(1);
  });

  itOnNode('is never taken for the answer of a request that still runs: the connection ends', async () => {
    const { client, received } = await connected();
    client.write(get('/manual/1') + get('/', 'Host: other'));
    await once(client, 'close');
    expect(received()).toBe('');
  });

  itOnSockets('is never taken for the answer of a request that still runs: it is refused in its turn', async () => {
    const { client, received } = await connected();
    client.write(get('/manual/1') + get('/', 'Host: other') + get('/'));
    await until(() => answers.length === 1);
    expect((await gateway().call('/mock')).status).toBe(200);
    expect(received()).toBe('');
    answers[0]?.response.end('first');
    await once(client, 'close');
    expect(received().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
    expect(backend().received).toEqual([]);
  });
});

describe('an answer that does not wait for the body of its request', () => {
  const request = `POST /nowhere HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nTransfer-Encoding: chunked\r\n\r\n`;

  it('comes before that of the next request', async () => {
    const body = '4\r\nbody\r\n0\r\n\r\n';
    const answer = await rawExchange(gateway().port, request + body + get('/mock', 'Connection: close'));
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  it('reaches the client though the body turns out to be no HTTP', async () => {
    const answer = await rawExchange(gateway().port, `${request}no size\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404/);
  });
});

describe('requests that are sent without waiting', () => {
  it('reach backends one after the other, as their answers do', async () => {
    const { client, received } = await connected();
    client.write(get('/manual/1') + get('/manual/2'));
    await until(() => answers.length === 1);
    // By now the second one would have come over another connection of the pool.
    expect((await gateway().call('/')).status).toBe(200);
    expect(answers.map(({ url }) => url)).toEqual(['/1']);
    answers[0]?.response.end('first');
    await until(() => answers.length === 2);
    answers[1]?.response.end('second');
    await until(() => received().includes('second'));
    expect(received().indexOf('first')).toBeLessThan(received().indexOf('second'));
    client.destroy();
  });

  it('are not sent to backends when the client has gone before their turn', async () => {
    const { client } = await connected();
    client.write(get('/manual/1') + get('/manual/2'));
    await until(() => answers.length === 1);
    client.destroy();
    await until(() => answers[0]?.response.destroyed);
    expect((await gateway().call('/')).status).toBe(200);
    expect(answers).toHaveLength(1);
  });

  itOnNode('end their connection when there are more than 100 beside the one that runs', async () => {
    const patient = await connected();
    patient.client.write(get('/silent') + get('/mock').repeat(100));
    const hasty = await connected();
    hasty.client.write(get('/silent') + get('/mock').repeat(101));
    await once(hasty.client, 'close');
    expect(patient.client.destroyed).toBe(false);
    patient.client.destroy();
  });

  itOnSockets('wait in the network when they are more than 64 KB, and are answered in order all the same', async () => {
    const { client, received } = await connected();
    const count = 5_000;
    client.write(get('/manual/1') + get('/mock').repeat(count) + get('/manual/2'));
    await until(() => answers.length === 1);
    answers[0]?.response.end('first');
    await until(() => answers.length === 2);
    answers[1]?.response.end('last');
    await until(() => received().endsWith('last'));
    expect(received().match(/mocked/g)).toHaveLength(count);
    expect(received().indexOf('first')).toBeLessThan(received().indexOf('mocked'));
    client.destroy();
  });
});

describe('a client that does not read its answers', () => {
  it('loses its connection when nothing has moved for longer than a backend may be silent', async () => {
    const { client, received } = await connected(impatient().port);
    client.pause();
    client.write(get('/large').repeat(100));
    // The connection's limit is a second more than the backend's.
    for (let waited = 0; waited < 4; waited += 1) await delay(600);
    client.resume();
    await once(client, 'close');
    expect(received().length).toBeLessThan(100 * LARGE.length);
  });
});
