import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type RunningGateway, startGateway } from '../../src/gateway/index.js';
import { accessKeyOf } from './support/access.js';
import { call } from './support/client.js';
import { TestControlPlane } from './support/control-plane.js';
import { testSettings } from './support/gateway.js';
import { mockRoute, pathOf, pluginOf, snapshotOf } from './support/snapshots.js';
import { setCalendar } from './support/calendar.js';
import { until } from './support/until.js';

const HOST = 'one.test';
const MINUTE_MS = 60_000;
/** Begin of the hour: 23:20 UTC, so that a daily quota ends within it. */
const BEGIN = Date.parse('2026-11-28T23:20:00.000Z');
const DAILY_LIMIT = 3;

let dataDir: string;
let controlPlane: TestControlPlane;
let gateway: RunningGateway;
let log: string[];
/** Requests that were answered by the stage, however. */
let requests: number;

beforeEach(async () => {
  // The calendar alone is simulated; what is waited for takes real time.
  setCalendar(BEGIN);
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-away-'));
  controlPlane = new TestControlPlane();
  await controlPlane.listen();
  log = [];
  requests = 0;
});
afterEach(async () => {
  await gateway.close();
  await controlPlane.close();
  await rm(dataDir, { recursive: true, force: true });
  jest.useRealTimers();
});

const start = (): Promise<RunningGateway> =>
  startGateway(testSettings(controlPlaneUrl, dataDir), (_level, message) => log.push(message));
let controlPlaneUrl: string;

/** What a call with a key is answered: 200, or the code of the failure. */
async function answerOf(key: string): Promise<number> {
  const answer = await call(gateway.port, '/', { host: HOST, headers: { 'x-nhn-apikey': `${key}-value` } });
  requests += 1;
  return answer.status === 200 ? 200 : answer.json().header.resultCode;
}

function deploy(body: string): string {
  const routes = [mockRoute('GET', body, { plugins: [pluginOf('API_KEY', { isActive: true })] })];
  return controlPlane.deploy([HOST], snapshotOf([pathOf('/', routes)], { stageId: 'one' }));
}

const countedCalls = (): number =>
  [...controlPlane.batches.values()]
    .flatMap(({ counts }) => counts)
    .reduce((sum, one) => sum + one.status2xx + one.status4xx, 0);

async function linkState(): Promise<string> {
  const { text } = await call(gateway.port, '/health/ready', { host: 'nobody.test' });
  return (JSON.parse(text) as { controlPlane: string }).controlPlane;
}

describe('an hour without the control plane', () => {
  it('changes nothing for callers, a restart in the middle included; afterwards all that was missed is made good', async () => {
    controlPlaneUrl = controlPlane.url;
    const { port } = controlPlane;
    gateway = await start();
    await controlPlane.receiptOf(deploy('before'));
    controlPlane.access.change({
      plans: [
        { id: 'free', requestsPerSecond: null, quota: null },
        { id: 'daily', requestsPerSecond: null, quota: { unit: 'DAY', limit: DAILY_LIMIT } },
      ],
      keys: [accessKeyOf('free', { one: 'free' }), accessKeyOf('daily', { one: 'daily' })],
    });
    await until(async () => (await answerOf('free')) === 200);

    await controlPlane.close();
    const daily: number[] = [];
    let afterRestart = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      setCalendar(BEGIN + minute * MINUTE_MS);
      expect(await answerOf('free')).toBe(200);
      if (minute <= DAILY_LIMIT) daily.push(await answerOf('daily'));
      if (minute !== 30) continue;
      await until(async () => (await linkState()) === 'away');
      await gateway.close();
      gateway = await start();
      afterRestart = await answerOf('daily');
    }
    expect(afterRestart).toBe(4291001);
    expect(daily).toEqual([...Array.from({ length: DAILY_LIMIT }, () => 200), 4291001]);
    // A new day has begun.
    expect(await answerOf('daily')).toBe(200);
    expect(log.filter((message) => message.startsWith('could not')).length).toBeLessThan(20);

    controlPlane.access.change({ keys: [accessKeyOf('free', { one: 'free' }, false)] });
    const missed = deploy('after');
    await controlPlane.listen(port);
    expect((await controlPlane.receiptOf(missed)).refusal).toBeNull();
    await until(async () => (await answerOf('free')) === 4031011);
    expect((await call(gateway.port, '/', { host: HOST, headers: { 'x-nhn-apikey': 'daily-value' } })).text).toBe(
      'after',
    );
    requests += 1;
    await until(async () => (await linkState()) === 'ok');
    await until(() => countedCalls() === requests);
    await gateway.close();
    expect(countedCalls()).toBe(requests);
    expect(new Set(controlPlane.batchIds).size).toBe(controlPlane.batches.size);
  });
});
