import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/gateway/clock.js';
import type { Counters, QuotaUse, RateUse, Verdict } from '../../src/gateway/counters/index.js';
import { openCounters } from '../../src/gateway/counters/open-counters.js';
import { quotaPeriod } from '../../src/kernel/quota-period.js';
import { accessKeyOf } from './support/access.js';
import { startTestGateway } from './support/gateway.js';
import { hasRedis, TestRedis } from './support/redis.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { until } from './support/until.js';

const GATEWAYS = 3;

let redis: TestRedis;
let folder = '';
let gateways: Counters[] = [];
let names = 0;
const logs: string[] = [];

/** Counters as those of a gateway; the same name has the same data directory. */
function openAs(name: string): Promise<Counters> {
  const settings = { dataDir: join(folder, name), counterStoreUrl: redis.url };
  return openCounters(settings, (_level, message) => logs.push(`${name}: ${message}`));
}

const newKey = (): string => `key ${(names += 1)}`;
const quotaOf = (key: string, limit: number) => ({ key, limit, period: quotaPeriod('MONTH', systemClock.nowMs()) });

/** Counts a request at one of the gateways, by turns. */
async function takeAt(at: number, rate: RateUse | null, quota: QuotaUse | null): Promise<Verdict> {
  const counters = gateways[at % GATEWAYS];
  if (!counters) throw new Error('no gateway has been started');
  return counters.take(rate, quota);
}

/** Takes from a quota, by turns at all gateways, as often as it lets in and `tries` at most. */
async function takeUpTo(key: string, limit: number, tries: number): Promise<number> {
  const verdicts = await Promise.all(Array.from({ length: tries }, (_, at) => takeAt(at, null, quotaOf(key, limit))));
  return verdicts.filter(({ refused }) => refused === null).length;
}

const allAre = (state: string) => until(() => gateways.every(({ storeState }) => storeState === state));

(hasRedis ? describe : describe.skip)('counters in a store', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-store-'));
    redis = await TestRedis.start();
  });
  afterAll(async () => {
    await redis.stop();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    gateways = await Promise.all(Array.from({ length: GATEWAYS }, (_, at) => openAs(`gateway${at}`)));
    logs.length = 0;
  });
  afterEach(async () => {
    redis.goOn();
    await Promise.all(gateways.map((counters) => counters.close()));
  });

  it('let a quota be used once, whichever gateways are asked', async () => {
    expect(gateways.map(({ storeState }) => storeState)).toEqual(['connected', 'connected', 'connected']);
    const key = newKey();
    expect(await takeUpTo(key, 500, 2000)).toBe(500);
    expect(await takeUpTo(key, 510, 100)).toBe(10);
  });

  it('let a flood over three gateways through at the limit per second, within 5 %', async () => {
    const key = newKey();
    const limit = 200;
    const seconds = 5;
    let admitted = 0;
    const flood = async (counters: Counters) => {
      const endsAt = performance.now() + seconds * 1000 - 20;
      while (performance.now() < endsAt) {
        const { refused } = await counters.take({ key, limit }, null);
        if (refused === null) admitted += 1;
        await delay(1);
      }
    };
    await Promise.all(gateways.flatMap((counters) => [flood(counters), flood(counters)]));
    expect(Math.abs(admitted / seconds / limit - 1)).toBeLessThan(0.05);
  });

  it('say what is left, and count what the rate refuses nowhere', async () => {
    const key = newKey();
    const take = (at: number) => takeAt(at, { key, limit: 2 }, quotaOf(key, 10));
    expect(await take(0)).toEqual({ refused: null, rateLeft: 1, quotaLeft: 9 });
    expect(await take(1)).toEqual({ refused: null, rateLeft: 0, quotaLeft: 8 });
    expect(await take(2)).toMatchObject({ refused: 'RATE' });
    await delay(1001);
    expect(await take(2)).toEqual({ refused: null, rateLeft: 1, quotaLeft: 7 });
  });

  it('outlive the gateways', async () => {
    const key = newKey();
    expect(await takeUpTo(key, 100, 60)).toBe(60);
    await Promise.all(gateways.map((counters) => counters.close()));
    gateways = await Promise.all(Array.from({ length: GATEWAYS }, (_, at) => openAs(`gateway${at}`)));
    expect(await takeUpTo(key, 100, 60)).toBe(40);
  });

  it('outlive a store that forgets everything when it ends', async () => {
    const key = newKey();
    expect(await takeUpTo(key, 100, 60)).toBe(60);
    await redis.stop();
    await allAre('away');
    await redis.start();
    await allAre('connected');
    expect(await takeUpTo(key, 100, 60)).toBe(40);
  });

  it('are kept by each gateway alone while the store is away, from what it last said, and then together again', async () => {
    const key = newKey();
    expect(await takeUpTo(key, 100, 30)).toBe(30);
    await redis.stop();
    await allAre('away');
    const startedAt = performance.now();
    expect(await takeUpTo(key, 100, 30)).toBe(30);
    expect(performance.now() - startedAt).toBeLessThan(200);
    expect(logs.toSorted()).toEqual(
      gateways.map((_, at) => `gateway${at}: the counter store is away; this gateway counts alone`),
    );
    await redis.start();
    await allAre('connected');
    // 60 were let in, told to the store one after the other.
    await until(async () => (await takeAt(0, null, quotaOf(key, 0))).refused === 'QUOTA');
    expect(await takeUpTo(key, 100, 100)).toBe(40);
    expect(logs.filter((line) => line.endsWith('counting in the counter store'))).toHaveLength(GATEWAYS);
  });

  it('make nobody wait for a store that hangs, but for the requests that ask it first', async () => {
    const key = newKey();
    await takeAt(0, null, quotaOf(key, 100));
    redis.hang();
    const startedAt = performance.now();
    await Promise.all(gateways.map((_, at) => takeAt(at, { key, limit: 100 }, null)));
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(gateways.map(({ storeState }) => storeState)).toEqual(['away', 'away', 'away']);
    // No promise: nothing is waited for.
    expect(gateways[0]?.take({ key, limit: 100 }, null)).toMatchObject({ refused: null });
    redis.goOn();
    await allAre('connected');
    expect(logs.filter((line) => line.includes('is away'))).toHaveLength(GATEWAYS);
  });
});

(hasRedis ? describe : describe.skip)('a gateway with a store', () => {
  it('counts in it, says in its health how the store is, and starts without it', async () => {
    const store = await TestRedis.start();
    await store.stop();
    const gateway = await startTestGateway({ counterStoreUrl: store.url });
    const health = async () => {
      const answer = await gateway.call('/health/ready', { host: 'x' });
      return [answer.status, JSON.parse(answer.text)];
    };
    await gateway.deploy([pathOf('/', [mockRoute('GET', '', { plugins: [pluginOf('API_KEY', { isActive: true })] })])]);
    const plan = { id: 'plan', requestsPerSecond: 100, quota: { unit: 'DAY', limit: 5 } } as const;
    gateway.controlPlane.access.change({ plans: [plan], keys: [accessKeyOf('key', { stage1: 'plan' })] });
    const use = () => gateway.call('/', { headers: { 'x-nhn-apikey': 'key-value' } });
    await until(async () => (await use()).status === 200);
    expect(await health()).toEqual([200, { status: 'ok', controlPlane: 'ok', counterStore: 'away' }]);
    await store.start();
    await until(async () => JSON.stringify(await health()).includes('connected'));
    expect((await use()).headers['x-quota-remaining']).toBe('3');
    for (let count = 0; count < 3; count += 1) expect((await use()).status).toBe(200);
    expect((await use()).json().header.resultCode).toBe(4291001);
    await gateway.close();
    await store.stop();
  });
});
