/**
 * How long statistics take over what 90 days of minutes of 1,000 routes leave: every day and hour of the 90 days, the
 * ten minutes and minutes of the days at the edges of the periods asked for and of some in between, and a second
 * stage of the same size as ballast. Every row is there that the queries can read; minutes of the other days would
 * only make the table larger beside them. Asked over HTTP, all 1,000 routes in one page. Over 200 ms is marked.
 * Run by name: `npm run bench -- statistics-query [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Api, Json } from '../test/harness/api.js';
import { mockDocument } from '../test/harness/documents.js';
import { DAY_MS, daysAgo, HOUR_MS, iso, MINUTE_MS } from '../test/harness/metrics.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { launchStack, type Stack } from '../test/harness/stack.js';
import { type Summary, summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 10);
const ROUTES = 1000;
const SLOW_MS = 200;
const DAYS = 90;
const FIRST = daysAgo(DAYS);
const END = daysAgo(0);

/** The days whose ten minutes and minutes are filled too: the first, the last, and one in between. */
const FINE_DAYS = [FIRST, daysAgo(45), daysAgo(1)];

interface Fill {
  readonly unit: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

const FILLS: readonly Fill[] = [
  { unit: 'ONE_DAYS', fromMs: FIRST, toMs: END, stepMs: DAY_MS },
  { unit: 'ONE_HOURS', fromMs: FIRST, toMs: END, stepMs: HOUR_MS },
  ...FINE_DAYS.flatMap((day) => [
    { unit: 'TEN_MINUTES', fromMs: day, toMs: day + DAY_MS, stepMs: 10 * MINUTE_MS },
    { unit: 'ONE_MINUTES', fromMs: day, toMs: day + DAY_MS, stepMs: MINUTE_MS },
  ]),
];

/** Fills the rows of a stage, in the order of time, as batches would have. */
async function fill(stack: Stack, stageId: string): Promise<void> {
  for (const { unit, fromMs, toMs, stepMs } of FILLS) {
    await stack.query(
      `INSERT INTO route_metric (stage_id, unit, start_at, path, method, status_2xx, status_4xx, duration_ms, outbound_bytes)
       SELECT $1, $2::metric_unit, at, '/resource' || n || '/{resourceId}/items', 'GET', 100, 3, 2500, 100000
       FROM generate_series($3::timestamptz, $4::timestamptz - interval '1 second', $5 * interval '1 millisecond') at,
         generate_series(1, ${ROUTES}) n`,
      [stageId, unit, iso(fromMs), iso(toMs), stepMs],
    );
    await stack.query(
      `INSERT INTO stage_metric (stage_id, unit, start_at, status_2xx)
       SELECT $1, $2::metric_unit, at, 100 FROM
       generate_series($3::timestamptz, $4::timestamptz - interval '1 second', $5 * interval '1 millisecond') at
       ON CONFLICT DO NOTHING`,
      [stageId, unit, iso(fromMs), iso(toMs), stepMs],
    );
  }
}

const PERIODS: Readonly<Record<string, readonly [number, number]>> = {
  '90 days, even': [FIRST, END],
  '90 days, edges at their worst': [FIRST + MINUTE_MS, END - MINUTE_MS],
  '45 days, odd edges': [daysAgo(45) + 61 * MINUTE_MS, END - 83 * MINUTE_MS],
  '1 day, odd edges': [daysAgo(1) + MINUTE_MS, END - MINUTE_MS],
  '59 minutes': [daysAgo(1) + MINUTE_MS, daysAgo(1) + HOUR_MS],
};

interface Result {
  readonly period: string;
  readonly byResourceMs: Summary;
  readonly timeSeriesMs: Summary;
}

async function measure(
  api: Api,
  metrics: string,
  period: string,
  [from, to]: readonly [number, number],
): Promise<Result> {
  const query = `?startTime=${iso(from)}&endTime=${iso(to)}`;
  const times = { byResource: [] as number[], timeSeries: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = performance.now();
    const { data, paging }: Json = await api.ok('GET', `${metrics}${query}&limit=1000`);
    const answered = performance.now();
    await api.ok('GET', `${metrics}/time-series${query}`);
    times.timeSeries.push(performance.now() - answered);
    times.byResource.push(answered - asked);
    if (data.length !== ROUTES || paging.totalCount !== ROUTES) throw new Error(`${period}: ${data.length} routes`);
    const calls = data[0].status2xxCount;
    if (calls % 100 !== 0 || calls === 0) throw new Error(`${period}: ${calls} calls`);
  }
  return { period, byResourceMs: summary(times.byResource), timeSeriesMs: summary(times.timeSeries) };
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { gateways: 0 });
try {
  const api = await stack.newProject(0);
  const serviceId = await api.createService('statistics');
  await api.importSwagger(serviceId, mockDocument());
  const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1');
  const ballast = await api.createStage(serviceId, 'http://127.0.0.1', 'ballast');
  const started = performance.now();
  // By turns, so that the rows of the two stages lie among each other as they would.
  await Promise.all([fill(stack, stageId), fill(stack, ballast.stageId)]);
  await stack.query('VACUUM ANALYZE route_metric');
  await stack.query('VACUUM ANALYZE stage_metric');
  const [size] = await stack.query<{ rows: number; megabytes: number }>(
    `SELECT reltuples::int AS rows, pg_total_relation_size('route_metric') / 1000000 AS megabytes
     FROM pg_class WHERE relname = 'route_metric'`,
  );
  console.log(
    `filled ${size?.rows} rows, ${size?.megabytes} MB, in ${Math.round((performance.now() - started) / 1000)} s`,
  );
  const metrics = `/services/${serviceId}/stages/${stageId}/metrics`;
  const results: Result[] = [];
  for (const [period, edges] of Object.entries(PERIODS)) results.push(await measure(api, metrics, period, edges));
  const marked = ({ median }: Summary) => (median > SLOW_MS ? `${median} OVER ${SLOW_MS}` : median);
  console.table(
    results.map(({ period, byResourceMs, timeSeriesMs }) => ({
      period,
      'by resource ms': marked(byResourceMs),
      'by resource p95 ms': byResourceMs.p95,
      'over time ms': marked(timeSeriesMs),
    })),
  );
  const report = { rounds: ROUNDS, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, size, results };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/statistics-query.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
}
