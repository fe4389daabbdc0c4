import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { connect } from 'node:net';
import { rawExchange, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway({ clientHeadersTimeoutMs: 300, clientRequestTimeoutMs: 400, clientIdleTimeoutMs: 100 });
const backend = useBackend();

beforeAll(async () => {
  const routes = [httpRoute('GET', backend().url, '/'), httpRoute('POST', backend().url, '/')];
  await gateway().deploy([pathOf('/', routes), pathOf('/mock', [mockRoute('GET', 'mocked')])]);
});

const head = (line: string, ...headers: string[]) =>
  `${[line, `Host: ${STAGE_HOST}`, ...headers].join('\r\n')}\r\n\r\n`;

describe('odd but valid requests', () => {
  it('are served with an expectation that nobody knows', async () => {
    const answer = await rawExchange(
      gateway().port,
      head('GET /mock HTTP/1.1', 'Expect: nothing', 'Connection: close'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/^x-request-id: /im);
  });

  it('are served in HTTP/1.1 when they offer another protocol', async () => {
    const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'];
    const answer = await rawExchange(gateway().port, head('GET / HTTP/1.1', ...offer));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(backend().received[0]?.headers).not.toHaveProperty('http2-settings');
  });

  it('keep their connection when a small body is not wanted', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    let text = '';
    client.on('data', (data) => (text += data.toString('latin1')));
    client.write(`${head('POST /none HTTP/1.1', 'Transfer-Encoding: chunked')}3\r\nabc\r\n0\r\n\r\n`);
    await until(() => text.includes('4041007'));
    client.write(head('GET /mock HTTP/1.1'));
    await until(() => text.endsWith('mocked'));
    expect(text).toMatch(/^HTTP\/1\.1 404 /);
    client.destroy();
  });

  it('are found by the length of the body before them alone', async () => {
    const inner = head('GET /mock HTTP/1.1');
    const outer = head('POST / HTTP/1.1', `Content-Length: ${inner.length}`, 'Connection: close');
    const answer = await rawExchange(gateway().port, outer + inner);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(backend().received.map(({ body }) => body.toString())).toEqual([inner]);
  });
});

describe('hostile bytes', () => {
  const WHOLE = `${head('POST / HTTP/1.1', 'Transfer-Encoding: chunked', 'X-A: 1')}3\r\nabc\r\n0\r\n\r\n`;
  const bytes = fc.constantFrom('\0', '\r', '\n', ' ', '\t', ':', '\x7f', '\xff', ';', '0', 'G', '\r\n', '\r\n\r\n');
  const change = fc.record({ at: fc.nat(WHOLE.length), drop: fc.nat(3), put: bytes });

  it('never end the gateway, and reach the backend as one request at most', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        backend().received.length = 0;
        let text = WHOLE;
        for (const { at, drop, put } of changes) text = text.slice(0, at) + put + text.slice(at + drop);
        const answer = await rawExchange(gateway().port, text);
        expect(answer === '' || answer.startsWith('HTTP/1.1 ')).toBe(true);
        expect(backend().received.length).toBeLessThanOrEqual(1);
        expect(await gateway().call('/mock')).toMatchObject({ status: 200, text: 'mocked' });
      }),
      { numRuns: 60 },
    );
  });
});
