import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { SnapshotRoute } from '../../src/contract/snapshot.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway, useRawBackend } from './support/suite.js';
import { until } from './support/until.js';

const gateway = useGateway({ upstreamTimeoutMs: 5_000 });
const impatient = useGateway({ upstreamTimeoutMs: 100, breakerFailures: 1 });
let opened = 0;
/** Asks for its connections to be kept for ten minutes, and ends none by itself. */
const keeping = useRawBackend((socket) => {
  opened += 1;
  socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=600\r\nContent-Length: 2\r\n\r\nok'));
});
let held: ServerResponse | null = null;
const manual = useBackend((_request, response) => {
  held = response;
});
const silent = useRawBackend((socket) => void socket.resume());

const deploy = (...routes: SnapshotRoute[]) => gateway().deploy([pathOf('/', routes)]);
const setHeader = (value: string) => pluginOf('SET_RESPONSE_HEADER', { headers: { 'X-Stage': value } });

beforeAll(() => deploy(mockRoute('GET', 'first')));
beforeEach(() => {
  opened = 0;
  held = null;
});

describe('a swap', () => {
  it('lets a request that runs finish with the backend and the plugins it began with', async () => {
    await deploy(httpRoute('GET', manual().url, '/', [setHeader('old')]));
    const running = gateway().call('/');
    const response = await until(() => held);
    response.write('half, ');
    await deploy(mockRoute('GET', 'new', { plugins: [setHeader('new')] }));
    expect(await gateway().call('/')).toMatchObject({ text: 'new', headers: { 'x-stage': 'new' } });
    response.end('half');
    expect(await running).toMatchObject({ text: 'half, half', headers: { 'x-stage': 'old' } });
  });

  it('keeps the connections to a backend that is still used', async () => {
    for (const path of ['/a', '/b', '/c']) {
      await deploy(httpRoute('GET', keeping().url, path));
      expect((await gateway().call('/')).text).toBe('ok');
    }
    expect(opened).toBe(1);
  });

  it('ends the connections to a backend that no stage uses any more', async () => {
    await deploy(httpRoute('GET', keeping().url, '/'));
    await gateway().call('/');
    await gateway().deploy([pathOf('/', [httpRoute('GET', keeping().url, '/')])], { stageId: 'other' }, ['other.test']);
    await deploy(mockRoute('GET', 'none'));
    expect((await gateway().call('/', { host: 'other.test' })).text).toBe('ok');
    expect(await keeping().connections()).toBe(1);
    gateway().controlPlane.remove('other');
    await until(async () => (await keeping().connections()) === 0);
  });

  it('uses a backend again that was out of use', async () => {
    await deploy(httpRoute('GET', keeping().url, '/'));
    expect((await gateway().call('/')).text).toBe('ok');
  });

  it('leaves the breaker of a backend open', async () => {
    const target = impatient();
    const route = httpRoute('GET', silent().url, '/');
    await target.deploy([pathOf('/', [route])]);
    expect((await target.call('/')).status).toBe(504);
    await target.deploy([pathOf('/', [route]), pathOf('/more', [mockRoute('GET')])]);
    expect((await target.call('/')).json().header.resultMessage).toContain('CircuitBreaker');
  });
});

describe('closing', () => {
  it('breaks off what still runs at a backend that is out of use, when its time is up', async () => {
    await deploy(httpRoute('GET', silent().url, '/'));
    const running = Promise.allSettled([gateway().call('/')]);
    await until(async () => (await silent().connections()) > 0);
    await deploy(mockRoute('GET', 'none'));
    await gateway().stop();
    expect((await running)[0].status).toBe('rejected');
    await until(async () => (await silent().connections()) === 0);
  });
});
