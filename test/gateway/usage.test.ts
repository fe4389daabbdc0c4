import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { metricBatchSchema, type MetricBatch } from '../../src/contract/sync.js';
import type { GatewaySettings } from '../../src/gateway/index.js';
import { type RouteCount, RouteCounter, type TakeEntry, UsageCounters } from '../../src/gateway/usage/counters.js';
import { type ApiKeyCount, KeyCounter, type UsedQuota } from '../../src/gateway/usage/key-counters.js';
import type { RouteKey } from '../../src/gateway/usage/route-keys.js';
import { Tally } from '../../src/gateway/usage/tally.js';
import { runAtOnce } from '../../src/kernel/steps.js';
import { type Backend, startBackend } from './support/backend.js';
import { rawExchange, STAGE_HOST } from './support/client.js';
import { TestControlPlane } from './support/control-plane.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';
import { until } from './support/until.js';

type Count = MetricBatch['counts'][number];

/** What was counted since the last call. */
function takeAll(usage: UsageCounters): ReturnType<Tally['toCounted']> {
  const tally = new Tally();
  runAtOnce(usage.takeSteps((kind, entry) => void tally.add(kind, entry)));
  return tally.toCounted();
}

let gateway: TestGateway;
let backend: Backend;
let unanswered = 0;

async function begin(settings: Partial<GatewaySettings> = {}): Promise<void> {
  gateway = await startTestGateway(settings);
  await gateway.deploy([
    pathOf('/a/{id}', [mockRoute('GET', 'mocked'), mockRoute('POST', '', { statusCode: 302 })]),
    pathOf('/slow', [httpRoute('GET', backend.url, '/')]),
    ...['/large', '/never'].map((path) => pathOf(path, [httpRoute('GET', backend.url, path)])),
    pathOf('/broken', [mockRoute('GET', '', { headers: { a: '${x}' } })]),
  ]);
}

beforeEach(async () => {
  backend = await startBackend((request, response) => {
    if (request.url === '/large') response.end(Buffer.alloc(11 * 1024 * 1024));
    else if (request.url === '/never') unanswered += 1;
    else setTimeout(() => response.end('late'), 120);
  });
});
afterEach(async () => {
  await gateway.close();
  await backend.close();
});

/** What the control plane has taken, added up by route. */
function taken(controlPlane = gateway.controlPlane): Map<string, Count> {
  const sums = new Map<string, Count>();
  for (const count of [...controlPlane.batches.values()].flatMap(({ counts }) => counts)) {
    const key = `${count.stageId} ${count.method} ${count.path}`;
    const sum = sums.get(key);
    if (!sum) sums.set(key, { ...count });
    else for (const name of NUMBERS) sum[name] += count[name];
  }
  return sums;
}
const NUMBERS = [
  'status2xx',
  'status3xx',
  'status4xx',
  'status5xx',
  'statusEtc',
  'durationMs',
  'outboundBytes',
] as const;
const calls = (count: Count | undefined): number =>
  count ? count.status2xx + count.status3xx + count.status4xx + count.status5xx + count.statusEtc : 0;
const allCalls = (controlPlane = gateway.controlPlane): number =>
  [...taken(controlPlane).values()].reduce((sum, count) => sum + calls(count), 0);

describe('what is counted', () => {
  it('is every request of a stage by route, method and class of status, requests without a route for the stage', async () => {
    await begin();
    for (const id of ['1', '2', '3']) await gateway.call(`/a/${id}`);
    await gateway.call('/a/1', { method: 'POST' });
    const head = `POST /a/1 HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nContent-Length: 99999999\r\nExpect: 100-continue`;
    expect(await rawExchange(gateway.port, `${head}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
    await gateway.call('/broken');
    await gateway.call('/none');
    await gateway.call('/a/1', { method: 'DELETE' });
    await gateway.call('/a/1', { host: 'unknown.api.localhost' });
    await until(() => allCalls() >= 8);
    const sums = taken();
    expect(sums.get('stage1 GET /a/{id}')).toMatchObject({ status2xx: 3, status4xx: 0, status5xx: 0, statusEtc: 0 });
    expect(sums.get('stage1 POST /a/{id}')).toMatchObject({ status3xx: 1, status4xx: 1 });
    expect(sums.get('stage1 GET /broken')).toMatchObject({ status5xx: 1 });
    expect(sums.get('stage1 null null')).toMatchObject({ status4xx: 2, path: null, method: null });
    expect(allCalls()).toBe(8);
  });

  it('is the time from the head of the request to the end of the response, and all bytes that went to the client', async () => {
    await begin();
    const text = `GET /slow HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nConnection: close\r\n\r\n`;
    const sent = await rawExchange(gateway.port, text);
    const count = await until(() => taken().get('stage1 GET /slow'));
    expect(count.outboundBytes).toBe(sent.length);
    expect(count.durationMs).toBeGreaterThanOrEqual(118);
    expect(count.durationMs).toBeLessThan(5_000);
  });

  it('is each of several requests on one connection by itself', async () => {
    await begin();
    const get = (path: string, ...more: string[]) =>
      `${[`GET ${path} HTTP/1.1`, `Host: ${STAGE_HOST}`, ...more].join('\r\n')}\r\n\r\n`;
    const sent = await rawExchange(gateway.port, get('/slow') + get('/a/1') + get('/none', 'Connection: close'));
    await until(() => allCalls() === 3);
    const sums = taken();
    const parts = ['GET /slow', 'GET /a/{id}', 'null null'].map((key) => sums.get(`stage1 ${key}`)?.outboundBytes ?? 0);
    expect(parts.every((bytes) => bytes > 0)).toBe(true);
    expect(parts.reduce((sum, bytes) => sum + bytes, 0)).toBe(sent.length);
  });

  it('holds responses that were not whole as others', async () => {
    await begin();
    await expect(gateway.call('/large')).rejects.toThrow();
    const client = connect(gateway.port, '127.0.0.1');
    client.write(`GET /never HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`);
    await until(() => unanswered > 0);
    client.resetAndDestroy();
    await until(() => allCalls() === 2);
    expect(['/large', '/never'].map((path) => taken().get(`stage1 GET ${path}`)?.statusEtc)).toEqual([1, 1]);
  });

  it('goes on over a new deployment, requests that ran before it included', async () => {
    await begin();
    const running = gateway.call('/slow');
    await until(async () => (await backend.connections()) > 0);
    await gateway.deploy([pathOf('/slow', [mockRoute('GET', 'new')])]);
    expect((await gateway.call('/slow')).text).toBe('new');
    expect((await running).text).toBe('late');
    await until(() => calls(taken().get('stage1 GET /slow')) === 2);
  });

  it('adds up exactly under load', async () => {
    await begin();
    const clients = Array.from({ length: 20 }, async () => {
      for (let round = 0; round < 50; round += 1) await gateway.call(round % 10 === 0 ? '/none' : `/a/${round}`);
    });
    await Promise.all(clients);
    await until(() => allCalls() >= 1000);
    expect(taken().get('stage1 GET /a/{id}')?.status2xx).toBe(900);
    expect(taken().get('stage1 null null')?.status4xx).toBe(100);
  });
});

describe('a batch', () => {
  it('whose answer is lost is sent again under its id, with what it held', async () => {
    await begin();
    gateway.controlPlane.batchAnswers.push('lost', 503, 'lost');
    await gateway.call('/a/1');
    await until(() => gateway.controlPlane.batchIds.length >= 4);
    expect(new Set(gateway.controlPlane.batchIds.slice(0, 4)).size).toBe(1);
    await gateway.call('/a/1');
    await until(() => allCalls() >= 2);
    expect(allCalls()).toBe(2);
  });

  it('that will never be taken does not hold up those behind it, and the log says that it is lost', async () => {
    await begin();
    gateway.controlPlane.batchAnswers.push(400);
    await gateway.call('/a/1');
    await until(() => gateway.log.some(({ message }) => message === 'counts were refused and are lost'));
    await gateway.call('/none');
    await until(() => allCalls() === 1);
    expect([...taken().keys()]).toEqual(['stage1 null null']);
  });

  it('is kept on disk while the control plane cannot be reached, and sent by the next run', async () => {
    await begin();
    const { port } = gateway.controlPlane;
    await gateway.controlPlane.close();
    for (let round = 0; round < 5; round += 1) await gateway.call('/a/1');
    const folder = join(gateway.dataDir, 'gateway', 'usage');
    await until(async () => (await readdir(folder)).length > 0);
    for (let round = 0; round < 5; round += 1) await gateway.call('/a/1');
    await gateway.stop();
    // One was tried and is as it was, in the other everything since was added up.
    expect((await readdir(folder)).length).toBeLessThanOrEqual(2);
    const revived = new TestControlPlane();
    await revived.listen(port);
    const next = await startTestGateway({ controlPlaneUrl: revived.url, dataDir: gateway.dataDir });
    await until(() => allCalls(revived) === 10);
    await until(async () => (await readdir(folder)).length === 0);
    await next.close();
    await revived.close();
    gateway = { ...gateway, close: () => rm(gateway.dataDir, { recursive: true, force: true }) };
  });

  it('is sent at shutdown with the last request', async () => {
    await begin({ usageIntervalMs: 3_600_000 });
    await gateway.call('/a/1');
    expect(allCalls()).toBe(0);
    await gateway.stop();
    expect(allCalls()).toBe(1);
  });

  it('that lies damaged on disk, and what a crash left of one, do not stop the gateway', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-usage-'));
    await begin({ dataDir });
    await gateway.stop();
    const folder = join(dataDir, 'gateway', 'usage');
    await writeFile(join(folder, '000001700000000-abc.json.new'), '{"batch');
    await writeFile(join(folder, 'notes.txt'), 'somebody put this here');
    const next = await startTestGateway({ controlPlaneUrl: gateway.controlPlane.url, dataDir });
    expect(await readdir(folder)).toEqual(['notes.txt']);
    await next.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is dropped, and said to be lost, when it is so old that the control plane no longer knows it again', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'gateway-usage-'));
    await begin({ dataDir });
    await gateway.stop();
    const folder = join(dataDir, 'gateway', 'usage');
    const created = (daysAgo: number) => String(Date.now() - daysAgo * 86_400_000).padStart(15, '0');
    const batch = (batchId: string) => JSON.stringify({ batchId, counts: [], apiKeyCounts: [] });
    await writeFile(join(folder, `${created(4)}-old.json`), batch('old'));
    await writeFile(join(folder, `${created(2)}-young.json`), batch('young'));
    const next = await startTestGateway({ controlPlaneUrl: gateway.controlPlane.url, dataDir });
    await until(() => gateway.controlPlane.batches.has('young'));
    expect(gateway.controlPlane.batches.has('old')).toBe(false);
    expect(next.log).toContainEqual(expect.objectContaining({ level: 'error', fields: { batchId: 'old' } }));
    await next.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});

describe('counts of one round', () => {
  beforeEach(() => begin());

  it('are of the minute in which the request ended, and of the day for API keys', () => {
    const usage = new UsageCounters();
    const counter = new RouteCounter('stage1', '/a', 'GET');
    const key = new KeyCounter('stage1', 'key1');
    const ending = { status: 200, durationMs: 0.6, outboundBytes: 10 };
    const midnight = Date.UTC(2026, 0, 2);
    for (const atMs of [midnight - 1, midnight - 60_000, midnight, midnight + 59_999]) {
      usage.record(counter, { ...ending, atMs });
      usage.keys.record(key, counter, atMs, null);
    }
    const { counts, apiKeyCounts } = takeAll(usage);
    expect(counts.map(({ minute, status2xx, durationMs }) => [minute, status2xx, durationMs])).toEqual([
      ['2026-01-01T23:59:00.000Z', 2, 1],
      ['2026-01-02T00:00:00.000Z', 2, 1],
    ]);
    expect(apiKeyCounts.map(({ day, callCount }) => [day, callCount])).toEqual([
      ['2026-01-01', 2],
      ['2026-01-02', 2],
    ]);
    expect(takeAll(usage)).toEqual({ counts: [], apiKeyCounts: [], quotaUses: [], routeKeys: [] });
  });

  it('tell of each key of a route once a day, of a thousand at most', () => {
    const usage = new UsageCounters();
    const counter = new RouteCounter('stage1', '/a', 'GET');
    const other = new RouteCounter('stage1', '/b', 'GET');
    const nowhere = new RouteCounter('stage1', null, null);
    const midnight = Date.UTC(2026, 0, 2);
    const key = new KeyCounter('stage1', 'key1');
    for (const one of [counter, other, counter, nowhere]) usage.keys.record(key, one, midnight - 1, null);
    expect(takeAll(usage).routeKeys.map(({ path, day, apiKeyId }) => [path, day, apiKeyId])).toEqual([
      ['/a', '2026-01-01', 'key1'],
      ['/b', '2026-01-01', 'key1'],
    ]);
    // The same key, connected anew.
    for (const one of [key, new KeyCounter('stage1', 'key1')]) usage.keys.record(one, counter, midnight - 1, null);
    expect(takeAll(usage).routeKeys).toEqual([]);
    usage.keys.record(key, counter, midnight, null);
    for (let at = 0; at < 1_500; at += 1) {
      usage.keys.record(new KeyCounter('stage1', `key${at}`), counter, midnight, null);
    }
    const told: string[] = [];
    const take: TakeEntry = (kind, entry) => {
      if (kind === 'routeKeys') told.push(`${(entry as RouteKey).apiKeyId} ${(entry as RouteKey).day}`);
    };
    runAtOnce(usage.takeSteps(take));
    expect(told).toHaveLength(1_000);
    expect(new Set(told).size).toBe(1_000);
    expect(told[0]).toBe('key1 2026-01-02');
  });

  it('hold the newest word on the quota of a key', () => {
    const usage = new UsageCounters();
    const counter = new RouteCounter('stage1', '/a', 'GET');
    const [first, second] = [new KeyCounter('stage1', 'key1'), new KeyCounter('stage1', 'key2')];
    const record = (key: KeyCounter, quota: UsedQuota | null) => usage.keys.record(key, counter, 0, quota);
    for (const used of [2, 4, 3]) record(first, { periodId: '2026-01-01', used });
    record(second, { periodId: '2026-01-01', used: 9 });
    record(second, { periodId: '2026-01-02', used: 1 });
    expect(takeAll(usage).quotaUses).toEqual([
      { stageId: 'stage1', apiKeyId: 'key1', periodId: '2026-01-01', used: 4 },
      { stageId: 'stage1', apiKeyId: 'key2', periodId: '2026-01-02', used: 1 },
    ]);
    record(first, null);
    const { apiKeyCounts, quotaUses } = takeAll(usage);
    expect(apiKeyCounts).toHaveLength(1);
    expect(quotaUses).toEqual([]);
  });

  it('of a key that has several counters, by several values or connected anew, are those of one key', () => {
    const usage = new UsageCounters();
    const counter = new RouteCounter('stage1', '/a', 'GET');
    const [first, second] = [new KeyCounter('stage1', 'key1'), new KeyCounter('stage1', 'key1')];
    const record = (key: KeyCounter, periodId: string, used: number) =>
      usage.keys.record(key, counter, 0, { periodId, used });
    record(first, '2026-01-01', 498);
    for (let at = 0; at < 1_000; at += 1) record(new KeyCounter('stage1', 'key1'), '2026-01-01', 499);
    record(second, '2026-01-01', 500);
    record(first, '2026-01-02', 1);
    // A request of the period before that ends later.
    record(second, '2026-01-01', 501);
    const given: string[] = [];
    const steps = usage.takeSteps((kind, entry) => given.push(`${kind} ${JSON.stringify(entry)}`));
    // In the middle of the collection, when the first is given and may be listed again.
    for (let step = 0; step < 2; step += 1) steps.next();
    record(second, '2026-01-01', 502);
    runAtOnce(steps);
    expect(given.filter((entry) => entry.startsWith('apiKeyCounts'))).toHaveLength(1);
    runAtOnce(usage.takeSteps((kind, entry) => given.push(`${kind} ${JSON.stringify(entry)}`)));
    const tally = new Tally();
    for (const entry of given) {
      const [kind = ''] = entry.split(' ', 1);
      tally.add(kind as 'quotaUses', JSON.parse(entry.slice(kind.length)) as MetricBatch['quotaUses'][number]);
    }
    const { apiKeyCounts, quotaUses } = tally.toCounted();
    expect(apiKeyCounts.map(({ callCount }) => callCount)).toEqual([1_005]);
    expect(quotaUses).toEqual([{ stageId: 'stage1', apiKeyId: 'key1', periodId: '2026-01-02', used: 1 }]);
  });

  it('that one batch cannot hold go into further ones, each within what the contract allows', () => {
    const usage = new UsageCounters();
    const ending = { atMs: Date.now(), status: 200, durationMs: 1, outboundBytes: 1 };
    for (let at = 0; at < 5_000; at += 1) {
      const counter = new RouteCounter('stage1', `/${'p'.repeat(at % 200)}/${at}`, 'GET');
      usage.record(counter, ending);
      const key = new KeyCounter('stage1', `key${at}`);
      usage.keys.record(key, counter, ending.atMs, { periodId: '2026-01-01', used: at });
    }
    let last = new Tally();
    const tallies = [last];
    const take: TakeEntry = (kind, entry) => {
      if (last.add(kind, entry)) return;
      tallies.push((last = new Tally()));
      last.add(kind, entry);
    };
    runAtOnce(usage.takeSteps(take));
    let total = 0;
    for (const [at, tally] of tallies.entries()) {
      const batch = { batchId: `b${at}`, ...tally.toCounted() };
      expect(metricBatchSchema.safeParse(batch).success).toBe(true);
      expect(JSON.stringify(batch).length).toBeLessThan(1_000_000);
      total += batch.counts.length + batch.apiKeyCounts.length + batch.routeKeys.length + batch.quotaUses.length;
    }
    expect(total).toBe(20_000);
  });

  it('are all given once, those too that are counted while the others are collected', () => {
    const step = fc.record({ route: fc.nat(4), key: fc.nat(3), day: fc.nat(2), collects: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const usage = new UsageCounters();
        const routes = Array.from({ length: 5 }, (_, at) => new RouteCounter('stage1', `/${at}`, 'GET'));
        const keys = Array.from({ length: 4 }, (_, at) => new KeyCounter('stage1', `key${at}`));
        const given: string[] = [];
        const note = (calls: number, text: string) => given.push(...Array.from({ length: calls }, () => text));
        const take: TakeEntry = (kind, entry) => {
          const { path, minute, status2xx } = entry as RouteCount;
          if (kind === 'counts') note(status2xx, `${path} ${minute.slice(0, 10)}`);
          const { apiKeyId, day, callCount } = entry as ApiKeyCount;
          if (kind === 'apiKeyCounts') note(callCount, `${apiKeyId} ${day}`);
        };
        const begin = () => usage.takeSteps(take);
        let collecting = begin();
        const counted = steps.flatMap(({ route, key, day, collects }) => {
          const [counter, keyCounter] = [routes[route], keys[key]];
          if (!counter || !keyCounter) throw new Error('there is no such counter');
          const atMs = day * 86_400_000;
          usage.record(counter, { atMs, status: 200, durationMs: 1, outboundBytes: 1 });
          usage.keys.record(keyCounter, counter, atMs, null);
          for (let at = 0; at < collects; at += 1) if (collecting.next().done === true) collecting = begin();
          const date = new Date(atMs).toISOString().slice(0, 10);
          return [`${counter.path} ${date}`, `${keyCounter.apiKeyId} ${date}`];
        });
        runAtOnce(collecting);
        runAtOnce(begin());
        expect(given.toSorted()).toEqual(counted.toSorted());
      }),
    );
  });
});
