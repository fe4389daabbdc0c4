import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { AccessLog } from '../../src/gateway/access-log/index.js';
import { rawExchange, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway();
const backend = useBackend((request, response) => {
  if (request.url === '/large') response.end(Buffer.alloc(11 * 1024 * 1024));
  else if (request.url === '/half') response.writeHead(200, { 'content-length': '10' }).write('half');
  if (request.url === '/half') setTimeout(() => response.destroy(), 20);
});
const QUIET_HOST = 'quiet.api.localhost';

beforeAll(async () => {
  const paths = [
    pathOf('/items/{id}', [mockRoute('GET', 'mocked')]),
    pathOf('/large', [httpRoute('GET', backend().url, '/large')]),
    pathOf('/half', [httpRoute('GET', backend().url, '/half')]),
    pathOf('/wait', [httpRoute('GET', backend().url, '/wait')]),
  ];
  const gatewayResponses = [{ type: 'NotFound', status: 410, headers: {}, bodies: {} }];
  await gateway().deploy(paths, { accessLog: true, gatewayResponses });
  await gateway().deploy(paths, { stageId: 'quiet' }, [QUIET_HOST]);
});

let before = 0;
beforeEach(() => {
  before = gateway().accessLines().length;
});
const nextLine = () => until(() => gateway().accessLines()[before]);

describe('the access log', () => {
  it('has a line with the fields of the guide for every request of a stage that has it on', async () => {
    const earliest = Date.now();
    const answer = await gateway().call('/items/7?color=red', { headers: { 'user-agent': 'test' } });
    const line = await nextLine();
    expect(line).toEqual({
      longRequestTime: expect.any(Number),
      logType: 'access',
      logLevel: 'INFO',
      requestId: answer.headers['x-request-id'],
      stage: 'stage1',
      host: STAGE_HOST,
      clientIp: '127.0.0.1',
      requestHttpMethod: 'GET',
      requestPath: '/items/7',
      resourcePath: '/items/{id}',
      responseHttpStatus: 200,
      errorCode: '',
      errorMessage: '',
      isComplete: true,
      latencyMs: expect.any(Number),
      outboundBytes: expect.any(Number),
    });
    expect(line['longRequestTime']).toBeGreaterThanOrEqual(earliest);
    expect(line['outboundBytes']).toBeGreaterThan(answer.body.length);
  });

  it('is off for a stage that does not say otherwise, and for hosts of no stage', async () => {
    await gateway().call('/items/7', { host: QUIET_HOST });
    await gateway().call('/items/7', { host: 'unknown.api.localhost' });
    await gateway().call('/items/last');
    expect((await nextLine())['requestPath']).toBe('/items/last');
  });

  it('names the code and message of a failure, and the status that the client got', async () => {
    await gateway().call('/none');
    expect(await nextLine()).toMatchObject({
      logLevel: 'ERROR',
      responseHttpStatus: 410,
      errorCode: 4041007,
      errorMessage: 'URL Not Found',
      resourcePath: '',
    });
  });

  it('is where a response over 10 MB is seen, which no response could say: 500000001', async () => {
    await expect(gateway().call('/large')).rejects.toThrow();
    expect(await nextLine()).toMatchObject({
      logLevel: 'ERROR',
      responseHttpStatus: 500,
      errorCode: 500000001,
      errorMessage: 'The download size of the response body has been exceeded. the permissible limit is 10mb.',
      isComplete: false,
    });
  });

  it('says what cut off a response whose head was sent', async () => {
    await expect(gateway().call('/half')).rejects.toThrow();
    expect(await nextLine()).toMatchObject({ responseHttpStatus: 502, errorCode: 5020001, isComplete: false });
  });

  it('has no status for a client that has gone before there was one', async () => {
    const client = connect(gateway().port, '127.0.0.1');
    client.write(`GET /wait HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
    await until(async () => (await backend().connections()) > 0);
    client.resetAndDestroy();
    expect(await nextLine()).toMatchObject({ responseHttpStatus: null, logLevel: 'ERROR', isComplete: false });
  });

  it('holds no key, token, cookie or query value of a request', async () => {
    const secrets = ['key-secret', 'token-secret', 'cookie-secret', 'query-secret', 'fragment-secret'];
    const [key = '', token = '', cookie = '', query = ''] = secrets;
    const headers = { 'x-nhn-apikey': key, authorization: `Bearer ${token}`, cookie: `session=${cookie}` };
    await gateway().call(`/items/7?access_token=${query}`, { headers });
    await gateway().call(`/none?access_token=${query}`, { headers });
    await until(() => gateway().accessLines().length === before + 2);
    const text = JSON.stringify(gateway().accessLines().slice(before));
    for (const secret of secrets) expect(text).not.toContain(secret);
  });

  it('stays one line of JSON of bounded length whatever a client sends', async () => {
    const target = `/items/${'a'.repeat(20_000)}%0a%22"{}\\`;
    await rawExchange(gateway().port, `GET ${target} HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nConnection: close\r\n\r\n`);
    const line = await nextLine();
    expect(JSON.stringify(line).length).toBeLessThan(4_000);
    expect(gateway().accessLines()).toHaveLength(before + 1);
  });
});

describe('the writer', () => {
  const LINE = 'x'.repeat(999);

  it('leaves lines out, and says how many, rather than wait for a slow reader or grow', async () => {
    let text = '';
    const held: (() => void)[] = [];
    const output = new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        if (isSlow) held.push(done);
        else done();
      },
    });
    let isSlow = true;
    const log = new AccessLog(output);
    for (let count = 0; count < 100; count += 1) {
      for (let at = 0; at < 1_000; at += 1) log.write(LINE);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => held.length === 1);
    expect(output.writableLength).toBeLessThan(5 * 1024 * 1024);
    isSlow = false;
    held[0]?.();
    await until(() => output.writableLength === 0);
    log.write('last');
    await log.close(1_000);
    await until(() => text.endsWith('last\n'));
    const lines = text.split('\n');
    const written = lines.filter((line) => line === LINE).length;
    const report = JSON.parse(lines.find((line) => line.startsWith('{')) ?? '{}');
    expect(report).toMatchObject({ level: 'warn', dropped: 100_000 - written });
    expect(written).toBeGreaterThan(3_000);
  });

  it('does not hold up the end for longer than it is given', async () => {
    const stuck = new Writable({ write: () => undefined });
    const log = new AccessLog(stuck);
    log.write('line');
    await log.close(50);
    expect(stuck.writableLength).toBeGreaterThan(0);
  });

  it('outlives a reader that has gone', async () => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const log = new AccessLog(output);
    log.write('line');
    await log.close(50);
    expect(() => log.write('next')).not.toThrow();
  });
});
