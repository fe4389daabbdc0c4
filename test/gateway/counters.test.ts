import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LocalCounters } from '../../src/gateway/counters/local-counters.js';
import { quotaPeriod } from '../../src/kernel/quota-period.js';
import { RateWindows } from '../../src/gateway/counters/rate-windows.js';

/** A clock that stands still until it is set. */
class TestClock {
  wallMs = Date.UTC(2026, 10, 21, 12);
  private steady = 0;

  nowMs(): number {
    return this.wallMs;
  }

  steadyMs(): number {
    return this.steady;
  }

  advance(durationMs: number): void {
    this.steady += durationMs;
    this.wallMs += durationMs;
  }
}

let dataDir = '';
let clock = new TestClock();
const log: string[] = [];
const note = (_level: string, message: string) => void log.push(message);
const open = () => LocalCounters.open(dataDir, clock, note);
const file = () => join(dataDir, 'gateway', 'quotas.records');

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-counters-'));
  clock = new TestClock();
  log.length = 0;
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe('requests per second', () => {
  /** All that was let in, key by key; a request is let in unless `limit` were within the second before it. */
  class NaiveLimiter {
    private readonly admitted = new Map<string, number[]>();

    take(key: string, limit: number, nowMs: number): number {
      const times = this.admitted.get(key) ?? [];
      this.admitted.set(key, times);
      const recent = times.filter((time) => time > nowMs - 1000).length;
      if (recent >= limit) return -1;
      times.push(nowMs);
      return limit - recent - 1;
    }
  }

  it('are let in exactly as a limiter would that remembers every request', () => {
    const request = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      limit: fc.constantFrom(1, 2, 3, 7, 20),
      waitMs: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
        { weight: 2, arbitrary: fc.integer({ min: 0, max: 1100 }) },
        { weight: 1, arbitrary: fc.constantFrom(999, 1000, 1001, 1999, 2000, 2001, 60_000) },
      ),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 300 }), fc.boolean(), (requests, isLimitFixed) => {
        const windows = new RateWindows();
        const naive = new NaiveLimiter();
        let nowMs = 5;
        for (const { key, limit, waitMs } of requests) {
          nowMs += waitMs;
          const used = isLimitFixed ? 3 : limit;
          expect(windows.take(key, used, nowMs)).toBe(naive.take(key, used, nowMs));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never exceed the limit within any second, and reach it in every second of a flood', () => {
    const windows = new RateWindows();
    const admitted: number[] = [];
    for (let nowMs = 0; nowMs < 10_000; nowMs += 0.25) {
      if (windows.take('flood', 100, nowMs) >= 0) admitted.push(Math.floor(nowMs));
    }
    expect(admitted).toHaveLength(1000);
    const spans = admitted.slice(100).map((time, at) => time - (admitted[at] ?? 0));
    expect(Math.min(...spans)).toBe(1000);
  });

  it('need memory for the keys of the last two seconds alone, however many there are', () => {
    const windows = new RateWindows();
    for (let count = 0; count < 200_000; count += 1) windows.take(`key ${count}`, 5, count / 10);
    expect(windows.size).toBeLessThanOrEqual(20_001);
  });
});

describe('the periods of quotas', () => {
  it.each([
    ['DAY', '2026-11-21T00:00:00.000Z', '2026-11-21', '2026-11-22T00:00:00.000Z'],
    ['DAY', '2026-11-21T23:59:59.999Z', '2026-11-21', '2026-11-22T00:00:00.000Z'],
    ['DAY', '2026-12-31T12:00:00.000Z', '2026-12-31', '2027-01-01T00:00:00.000Z'],
    ['MONTH', '2026-11-21T10:00:00.000Z', '2026-11', '2026-12-01T00:00:00.000Z'],
    ['MONTH', '2026-12-31T23:59:59.999Z', '2026-12', '2027-01-01T00:00:00.000Z'],
    ['MONTH', '2028-02-01T00:00:00.000Z', '2028-02', '2028-03-01T00:00:00.000Z'],
  ] as const)('%s around %s is %s and ends at %s', (unit, now, id, end) => {
    const period = quotaPeriod(unit, Date.parse(now));
    expect([period.id, new Date(period.endsAtMs).toISOString()]).toEqual([id, end]);
  });
});

describe('quotas', () => {
  const quota = (limit: number, key = 'key') => ({ key, limit, period: quotaPeriod('DAY', clock.wallMs) });
  const takeAll = (counters: LocalCounters, limit: number) => {
    let taken = 0;
    while (counters.take(null, quota(limit)).refused === null) taken += 1;
    return taken;
  };

  it('let exactly as many in as they say, and begin again at midnight UTC', async () => {
    const counters = await open();
    expect(takeAll(counters, 10)).toBe(10);
    clock.advance(12 * 3_600_000 - 1);
    expect(takeAll(counters, 10)).toBe(0);
    clock.advance(1);
    expect(takeAll(counters, 10)).toBe(10);
    await counters.close();
  });

  it('do not count what the rate refuses', async () => {
    const counters = await open();
    const rate = { key: 'key', limit: 2 };
    const verdicts = Array.from({ length: 5 }, () => counters.take(rate, quota(10)));
    expect(verdicts.map(({ refused }) => refused)).toEqual([null, null, 'RATE', 'RATE', 'RATE']);
    expect(counters.take(null, quota(10)).quotaLeft).toBe(7);
    await counters.close();
  });

  it('outlive the gateway', async () => {
    const first = await open();
    for (let count = 0; count < 7; count += 1) first.take(null, quota(10));
    for (let count = 0; count < 2500; count += 1) first.take(null, quota(1, `other ${count}`));
    await first.close();
    const second = await open();
    expect(takeAll(second, 10)).toBe(3);
    expect(second.take(null, quota(1, 'other 2499')).refused).toBe('QUOTA');
    await second.close();
  });

  it('are stored a second after they were counted, without being closed', async () => {
    const killed = await open();
    killed.take(null, quota(2));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const next = await open();
    expect(takeAll(next, 2)).toBe(1);
    await next.close();
    await killed.close();
  });

  it('count as far as their file can be read, with a log line for damage', async () => {
    const first = await open();
    first.take(null, quota(5));
    await first.close();
    const whole = await readFile(file());
    // Cut off while it was written: no damage, but the end of a crash.
    await writeFile(file(), whole.subarray(0, -3));
    await (await open()).close();
    expect(log).toEqual([]);
    await writeFile(file(), Buffer.concat([Buffer.from('damage\n'), whole]));
    const last = await open();
    expect(log).toEqual(['stored quotas were left out from where they are damaged']);
    expect(takeAll(last, 5)).toBe(5);
    await last.close();
    const again = await open();
    expect(takeAll(again, 5)).toBe(0);
    await again.close();
  });

  it('do not let their file grow with the number of requests', async () => {
    const counters = await open();
    const period = quotaPeriod('DAY', clock.wallMs);
    for (let round = 0; round < 60; round += 1) {
      for (let key = 0; key < 1000; key += 1) counters.take(null, { key: `key ${key}`, limit: 1000, period });
      await counters.store();
    }
    await counters.close();
    expect((await readFile(file())).length).toBeLessThan(1_300_000);
    const next = await open();
    expect(next.take(null, { key: 'key 7', limit: 1000, period }).quotaLeft).toBe(939);
    await next.close();
  });

  it('are counted on while they cannot be stored, which is said once', async () => {
    const counters = await open();
    await rm(dataDir, { recursive: true });
    await writeFile(dataDir, 'no folder');
    counters.take(null, quota(5));
    await counters.store();
    counters.take(null, quota(5));
    await counters.store();
    expect(log).toEqual(['quotas could not be stored']);
    await rm(dataDir);
    await counters.close();
    const next = await open();
    expect(takeAll(next, 5)).toBe(3);
    await next.close();
  });
});
