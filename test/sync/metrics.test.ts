import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { type ApiKeyCount, countOf, DAY_MS, daysAgo, HOUR_MS, iso, MINUTE_MS, sendCounts } from '../harness/metrics.js';
import { restoreNewest } from '../harness/recycle-bin.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const DAY_BEFORE = daysAgo(1);

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let one: SpokenGateway;
let two: SpokenGateway;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 0 });
  one = new SpokenGateway('one', stack);
  two = new SpokenGateway('two', stack, stack.controlPlanes[1]?.url);
});

afterAll(() => stack.stop());

beforeEach(async () => {
  api = await stack.newProject(0);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  stageId = (await api.createStage(serviceId, 'http://127.0.0.1')).stageId;
});

/** The rows of a stage by unit: when each begins, its calls answered with 2xx, and its route unless it has none. */
async function rowsOf(table: 'route_metric' | 'stage_metric', id = stageId): Promise<Record<string, unknown[]>> {
  const route = table === 'route_metric' ? `method || ' ' || path` : `''`;
  const rows = await stack.query<{ unit: string; start: Date; calls: string; route: string }>(
    `SELECT unit::text, start_at AS start, status_2xx::text AS calls, ${route} AS route
     FROM ${table} WHERE stage_id = $1 ORDER BY unit, start_at, route`,
    [id],
  );
  const byUnit: Record<string, unknown[]> = {};
  for (const { unit, start, calls, route: name } of rows) {
    (byUnit[unit] ??= []).push([start.toISOString().slice(0, 16), Number(calls), ...(name === '' ? [] : [name])]);
  }
  return byUnit;
}

const dayOf = (timeMs: number) => iso(timeMs).slice(0, 10);
const at = (timeMs: number) => iso(timeMs).slice(0, 16);

async function createApiKey(project = api): Promise<string> {
  const [row] = await stack.query<{ id: string }>(
    `INSERT INTO api_key (id, project_id, app_key_id, name, description, status)
     SELECT k.id || random(), k.project_id, k.id, 'key', '', 'ACTIVE' FROM app_key k WHERE k.value = $1 RETURNING id`,
    [project.appKey],
  );
  return row?.id ?? '';
}

const callsOfKey = async (apiKeyId: string) =>
  (
    await stack.query<{ day: string; calls: string }>(
      'SELECT day::text, call_count::text AS calls FROM api_key_metric WHERE api_key_id = $1 ORDER BY day',
      [apiKeyId],
    )
  ).map(({ day, calls }) => [day, Number(calls)]);

describe('counts', () => {
  it('go into the minute, the ten minutes, the hour and the day that they belong to, in UTC', async () => {
    const times = [0, 59_999, 9 * MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, DAY_MS - 1].map((ms) => DAY_BEFORE + ms);
    await sendCounts(
      one,
      times.map((time) => countOf(stageId, time)),
    );
    const expected = {
      ONE_MINUTES: [
        [at(DAY_BEFORE), 2],
        [at(DAY_BEFORE + 9 * MINUTE_MS), 1],
        [at(DAY_BEFORE + 10 * MINUTE_MS), 1],
        [at(DAY_BEFORE + HOUR_MS), 1],
        [at(DAY_BEFORE + DAY_MS - MINUTE_MS), 1],
      ],
      TEN_MINUTES: [
        [at(DAY_BEFORE), 3],
        [at(DAY_BEFORE + 10 * MINUTE_MS), 1],
        [at(DAY_BEFORE + HOUR_MS), 1],
        [at(DAY_BEFORE + DAY_MS - 10 * MINUTE_MS), 1],
      ],
      ONE_HOURS: [
        [at(DAY_BEFORE), 4],
        [at(DAY_BEFORE + HOUR_MS), 1],
        [at(DAY_BEFORE + DAY_MS - HOUR_MS), 1],
      ],
      ONE_DAYS: [[at(DAY_BEFORE), 6]],
    };
    expect(await rowsOf('stage_metric')).toEqual(expected);
    const ofRoutes = Object.entries(expected).map(([unit, rows]) => [unit, rows.map((row) => [...row, 'GET /hello'])]);
    expect(await rowsOf('route_metric')).toEqual(Object.fromEntries(ofRoutes));
  });

  it('of calls that matched no route belong to the stage alone', async () => {
    await sendCounts(one, [countOf(stageId, DAY_BEFORE, { path: null, method: null }), countOf(stageId, DAY_BEFORE)]);
    expect((await rowsOf('stage_metric'))['ONE_DAYS']).toEqual([[at(DAY_BEFORE), 2]]);
    expect((await rowsOf('route_metric'))['ONE_DAYS']).toEqual([[at(DAY_BEFORE), 1, 'GET /hello']]);
  });

  it('of stages and API keys that do not exist, or of another project, are dropped; the rest is taken', async () => {
    const apiKeyId = await createApiKey();
    const stranger = await createApiKey(await stack.newProject(0));
    const keyCount: ApiKeyCount = { apiKeyId, stageId, day: dayOf(DAY_BEFORE), callCount: 5 };
    await sendCounts(
      one,
      [countOf('nowhere', DAY_BEFORE), countOf(stageId, DAY_BEFORE)],
      [
        keyCount,
        { ...keyCount, callCount: 2 },
        { ...keyCount, apiKeyId: 'nobody' },
        { ...keyCount, apiKeyId: stranger },
        { ...keyCount, stageId: 'nowhere' },
      ],
    );
    expect((await rowsOf('stage_metric'))['ONE_DAYS']).toEqual([[at(DAY_BEFORE), 1]]);
    expect(await callsOfKey(apiKeyId)).toEqual([[dayOf(DAY_BEFORE), 7]]);
    expect(await callsOfKey(stranger)).toEqual([]);
  });

  it('of minutes before the retention and of minutes to come are dropped; the rest is taken', async () => {
    const apiKeyId = await createApiKey();
    const times = [daysAgo(91), daysAgo(90) - 1, daysAgo(90), Date.now(), Date.now() + HOUR_MS, daysAgo(-2)];
    const counts = times.map((time) => countOf(stageId, time));
    const days = [daysAgo(91), daysAgo(90), daysAgo(0), daysAgo(-2)].map(dayOf);
    await sendCounts(
      one,
      counts,
      days.map((day) => ({ apiKeyId, stageId, day, callCount: 1 })),
    );
    expect((await rowsOf('stage_metric'))['ONE_DAYS']).toEqual([
      [at(daysAgo(90)), 1],
      [at(daysAgo(0)), 1],
    ]);
    expect(await callsOfKey(apiKeyId)).toEqual([
      [dayOf(daysAgo(90)), 1],
      [dayOf(daysAgo(0)), 1],
    ]);
  });

  it('add up exactly when two gateways send fifty batches at once, each of them twice, over two control planes', async () => {
    const apiKeyId = await createApiKey();
    const other = (await api.createStage(serviceId, 'http://127.0.0.1', 'other')).stageId;
    const stages = [stageId, other];
    const batches = Array.from({ length: 50 }, (_unused, index) => ({
      gateway: index % 2 === 0 ? one : two,
      id: `batch ${index}`.replace(' ', '-'),
      // Each in another order: batches that wait for each other in a circle would be ended by the database.
      counts: Array.from({ length: 40 }, (_u, route) => {
        const path = `/route${(route * 7 + index) % 20}`;
        return countOf(stages[(route + index) % 2] ?? '', DAY_BEFORE, { path, durationMs: 3, outboundBytes: 10 ** 12 });
      }),
    }));
    const keyCount = { apiKeyId, stageId, day: dayOf(DAY_BEFORE), callCount: 3 };
    await Promise.all(
      [...batches, ...batches].map(({ gateway, counts, id }) => sendCounts(gateway, counts, [keyCount], id)),
    );
    const [sums] = await stack.query(
      `SELECT sum(status_2xx)::int AS calls, sum(duration_ms)::int AS duration, sum(outbound_bytes)::text AS bytes
       FROM route_metric WHERE stage_id = ANY($1) AND unit = 'ONE_HOURS'`,
      [stages],
    );
    expect(sums).toEqual({ calls: 2000, duration: 6000, bytes: '2000000000000000' });
    const calls = await Promise.all(stages.map(async (id) => (await rowsOf('stage_metric', id))['ONE_DAYS']));
    expect(calls).toEqual([[[at(DAY_BEFORE), 1000]], [[at(DAY_BEFORE), 1000]]]);
    expect(await callsOfKey(apiKeyId)).toEqual([[dayOf(DAY_BEFORE), 150]]);
  });
});

describe('a batch', () => {
  it('is taken once, and one of the same name from another gateway too', async () => {
    for (const gateway of [one, one, two]) {
      await sendCounts(gateway, [countOf(stageId, DAY_BEFORE)], [], `twice-${stageId}`);
    }
    expect((await rowsOf('stage_metric'))['ONE_DAYS']).toEqual([[at(DAY_BEFORE), 2]]);
  });

  it('is taken wholly or not at all, and can be sent again after a failure', async () => {
    const name = `fail_${stageId}`;
    await stack.query(`
      CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.stage_id = '${stageId}' THEN RAISE EXCEPTION 'no room'; END IF;
        RETURN NEW;
      END $$`);
    await stack.query(`CREATE TRIGGER ${name} BEFORE INSERT ON stage_metric FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    const batch = { batchId: name, counts: [countOf(stageId, DAY_BEFORE)], apiKeyCounts: [] };
    try {
      const answer = await one.call('POST', '/gateways/one/metrics', batch);
      expectError({ status: answer.status, body: await answer.json() }, 'DATABASE_FAILED');
      expect(await rowsOf('route_metric')).toEqual({});
    } finally {
      await stack.query(`DROP FUNCTION ${name} CASCADE`);
    }
    await sendCounts(one, batch.counts, [], batch.batchId);
    expect((await rowsOf('route_metric'))['ONE_DAYS']).toEqual([[at(DAY_BEFORE), 1, 'GET /hello']]);
  });

  it('of the most entries, with the longest paths, is taken', async () => {
    const counts = Array.from({ length: 2000 }, (_unused, index) =>
      countOf(stageId, DAY_BEFORE, { path: `/${index}`.padEnd(255, 'x') }),
    );
    await sendCounts(one, counts);
    expect((await rowsOf('route_metric'))['ONE_DAYS']).toHaveLength(2000);
  });

  it.each([
    ['no id', { batchId: undefined }],
    ['an id that is no text', { batchId: 'a\u0000b' }],
    ['too many entries', { counts: Array.from({ length: 2001 }, () => countOf('x', DAY_BEFORE)) }],
    ['a count below zero', { counts: [countOf('x', DAY_BEFORE, { status2xx: -1 })] }],
    ['a count beyond reason', { counts: [countOf('x', DAY_BEFORE, { durationMs: 2 ** 50 })] }],
    ['a minute that is none', { counts: [{ ...countOf('x', DAY_BEFORE), minute: 'yesterday' }] }],
    ['a method that is none', { counts: [{ ...countOf('x', DAY_BEFORE), method: 'LOOK' }] }],
    ['a day that is none', { apiKeyCounts: [{ apiKeyId: 'a', stageId: 'b', day: '2026-02-30', callCount: 1 }] }],
  ])('with %s is refused', async (_name, change) => {
    const batch = { batchId: 'bad', counts: [], apiKeyCounts: [], ...change };
    const answer = await one.call('POST', '/gateways/one/metrics', batch);
    expectError({ status: answer.status, body: await answer.json() }, 'INVALID_INPUT');
    expect(await stack.query(`SELECT 1 FROM metric_batch WHERE batch_id = 'bad'`)).toEqual([]);
  });

  it('is for who shows the token', async () => {
    const answer = await one.call(
      'POST',
      '/gateways/one/metrics',
      { batchId: 'a', counts: [], apiKeyCounts: [] },
      'no',
    );
    expectError({ status: answer.status, body: await answer.json() }, 'TOKEN_INVALID');
  });
});

describe('what is past the retention', () => {
  /** Rows of the tables that are older than they are kept, and all of them. */
  async function countRows(): Promise<{ old: number; all: number }> {
    const [row] = await stack.query<{ old: number; all: number }>(
      `SELECT (count(*) FILTER (WHERE start_at < $1))::int AS old, count(*)::int AS all FROM (
         SELECT start_at FROM route_metric WHERE stage_id = $2
         UNION ALL SELECT start_at FROM stage_metric WHERE stage_id = $2
         UNION ALL SELECT day::timestamp AT TIME ZONE 'UTC' FROM api_key_metric WHERE stage_id = $2
         UNION ALL SELECT received_at - interval '87 days' FROM metric_batch WHERE gateway_id = $2) counted`,
      [iso(daysAgo(90)), stageId],
    );
    return row ?? { old: 0, all: 0 };
  }

  /** Starts a control plane, which looks for such rows at once, and waits until they are gone. */
  async function untilSwept(isDone: () => Promise<boolean>): Promise<void> {
    const sweeping = await stack.startControlPlane();
    for (const deadline = Date.now() + 20_000; !(await isDone());) {
      if (Date.now() > deadline) throw new Error('The rows are still there');
      await delay(50);
    }
    await sweeping.stop();
  }

  it('and what a stage leaves behind that is deleted while counts come in is removed by a control plane', async () => {
    const sending = Array.from({ length: 50 }, () => sendCounts(one, [countOf(stageId, DAY_BEFORE)]));
    const deletion = api.call('DELETE', `/services/${serviceId}/stages/${stageId}`);
    await Promise.all(sending);
    expect((await deletion).status).toBe(200);
    const counted = await rowsOf('stage_metric');
    await sendCounts(one, [countOf(stageId, DAY_BEFORE)]);
    expect(await rowsOf('stage_metric')).toEqual(counted);
    // The counts of a stage are kept as long as it can come back.
    await stack.query('UPDATE recycle_bin_item SET kept_until = now() WHERE stage_id = $1', [stageId]);
    const left = async () => [await rowsOf('stage_metric'), await rowsOf('route_metric')];
    await untilSwept(async () => (await left()).every((rows) => Object.keys(rows).length === 0));
    expect(await left()).toEqual([{}, {}]);
  });

  it('does not include what a stage leaves behind that can come back', async () => {
    await sendCounts(one, [countOf(stageId, DAY_BEFORE)]);
    const path = `/services/${serviceId}/stages/${stageId}`;
    const before = [await rowsOf('stage_metric'), await rowsOf('route_metric')];
    await stack.query(
      `INSERT INTO stage_metric (stage_id, unit, start_at) VALUES ('a-stage-that-is-gone', 'ONE_DAYS', $1)`,
      [iso(daysAgo(1))],
    );
    await api.ok('DELETE', path);
    const gone = () => stack.query(`SELECT 1 FROM stage_metric WHERE stage_id = 'a-stage-that-is-gone'`);
    await untilSwept(async () => (await gone()).length === 0);
    await restoreNewest(api, 'STAGE');
    expect([await rowsOf('stage_metric'), await rowsOf('route_metric')]).toEqual(before);
    expect(Object.keys(before[0] ?? {})).not.toEqual([]);
  });

  it('is removed of what was told of API keys', async () => {
    await stack.query(
      `INSERT INTO quota_use (stage_id, api_key_id, gateway_id, period_id, used, reported_at)
       SELECT $1, n, 'one', '2026-11', 1, $2::timestamptz + n * interval '24 hours' FROM generate_series(-5, 4) n`,
      [stageId, iso(daysAgo(32))],
    );
    await stack.query(
      `INSERT INTO route_key_use (stage_id, day, method, path, api_key_id)
       SELECT $1, $2::date + n, 'GET', '/', 'key' FROM generate_series(-5, 4) n`,
      [stageId, dayOf(daysAgo(7))],
    );
    const left = async () =>
      (
        await stack.query<{ rows: number }>(
          `SELECT count(*)::int AS rows FROM quota_use WHERE stage_id = $1
           UNION ALL SELECT count(*)::int FROM route_key_use WHERE stage_id = $1`,
          [stageId],
        )
      ).map(({ rows }) => rows);
    expect(await left()).toEqual([10, 10]);
    await untilSwept(async () => (await left()).every((rows) => rows <= 5));
    expect(await left()).toEqual([5, 5]);
  });

  it('is removed by a control plane, in portions, and the rest is kept', async () => {
    const apiKeyId = await createApiKey();
    await stack.query(
      `INSERT INTO route_metric (stage_id, unit, start_at, path, method)
       SELECT $1, 'ONE_MINUTES', $2::timestamptz + n * interval '1 minute', '/', 'GET'
       FROM generate_series(-11000, 99) n`,
      [stageId, iso(daysAgo(90))],
    );
    await stack.query(
      `INSERT INTO stage_metric (stage_id, unit, start_at)
       SELECT $1, 'ONE_DAYS', $2::timestamptz + n * interval '24 hours' FROM generate_series(-100, 49) n`,
      [stageId, iso(daysAgo(90))],
    );
    await stack.query(
      `INSERT INTO api_key_metric (api_key_id, stage_id, day)
       SELECT $3, $1, $2::date + n FROM generate_series(-10, 9) n`,
      [stageId, dayOf(daysAgo(90)), apiKeyId],
    );
    await stack.query(
      `INSERT INTO metric_batch (gateway_id, batch_id, received_at)
       SELECT $1, n, $2::timestamptz + n * interval '24 hours' FROM generate_series(-10, 2) n`,
      [stageId, iso(daysAgo(3))],
    );
    expect(await countRows()).toEqual({ old: 11_000 + 100 + 10 + 10, all: 11_100 + 150 + 20 + 13 });
    await untilSwept(async () => (await countRows()).old === 0);
    expect(await countRows()).toEqual({ old: 0, all: 100 + 50 + 10 + 3 });
  });
});
