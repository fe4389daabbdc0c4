/**
 * How long the database takes for the pages and the counts of lists among 100,000 API keys, half of them connected to
 * one stage, by EXPLAIN (ANALYZE) of the very statements that the lists run. Over 50 ms is marked.
 * Run by name: `npm run bench -- key-lists [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../src/database/client/client.js';
import { listApiKeys } from '../src/modules/api-keys/api-keys.queries.js';
import { listSubscriptions } from '../src/modules/usage-plans/subscriptions/subscriptions.queries.js';
import { fillApiKeys } from '../test/harness/many-keys.js';
import { newPlanWorld } from '../test/harness/plans.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { launchStack } from '../test/harness/stack.js';
import { type Summary, summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 15);
const KEYS = 100_000;
const SLOW_MS = 50;

interface Statement {
  readonly sql: string;
  readonly values: unknown[];
}

interface Result {
  readonly list: string;
  readonly pageMs: Summary;
  readonly countMs: Summary;
}

const PAGE = /^\s*SELECT [ks]\.id/;
const COUNT = /^\s*SELECT count\(/;

/** Milliseconds that the database took for each round of a statement. */
async function measure(client: pg.Client, { sql, values }: Statement): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ 'Execution Time': number; 'Planning Time': number }] }>(
      `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${sql}`,
      values,
    );
    const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
    if (!plan) throw new Error(`no plan for ${sql}`);
    times.push(plan['Planning Time'] + plan['Execution Time']);
  }
  return times;
}

const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const url = postgres.url('bench');
const stack = await launchStack(url, { gateways: 0 });
const client = new pg.Client({ connectionString: url });
const queries = new PrismaClient({
  adapter: new PrismaPg({ connectionString: url }),
  log: [{ emit: 'event', level: 'query' }],
});
try {
  const world = await newPlanWorld(stack, 0);
  const usagePlanId = await world.createConnectedPlan();
  const { stageId } = world.stage;
  const projectId = await fillApiKeys(stack, {
    appKey: world.api.appKey,
    usagePlanId,
    stageId,
    keys: KEYS,
    sealed: '',
  });
  const place = { projectId, usagePlanId, stageId };
  const pageOf = (rows: number, limit = 10) => ({ page: rows / limit, limit });
  const team = { namePrefix: 'team 7 ' };
  const lists: Readonly<Record<string, () => Promise<unknown>>> = {
    'keys, first page': () => listApiKeys(queries, projectId, {}, pageOf(10)),
    'keys, last page': () => listApiKeys(queries, projectId, {}, pageOf(KEYS)),
    'keys, last page of 1,000': () => listApiKeys(queries, projectId, {}, pageOf(KEYS, 1000)),
    'keys by status, last page': () => listApiKeys(queries, projectId, { status: 'ACTIVE' }, pageOf((KEYS * 3) / 4)),
    'keys by name, first page': () => listApiKeys(queries, projectId, team, pageOf(10)),
    'keys by name, last page': () => listApiKeys(queries, projectId, team, pageOf(KEYS / 100)),
    'connectable, first page': () => listApiKeys(queries, projectId, { connectableStageId: stageId }, pageOf(10)),
    'connectable, last page': () => listApiKeys(queries, projectId, { connectableStageId: stageId }, pageOf(KEYS / 2)),
    'connectable by name, last page': () =>
      listApiKeys(queries, projectId, { connectableStageId: stageId, ...team }, pageOf(KEYS / 100)),
    'subscriptions, first page': () => listSubscriptions(queries, place, {}, pageOf(10)),
    'subscriptions, last page': () => listSubscriptions(queries, place, {}, pageOf(KEYS / 2)),
    'subscriptions by name, first page': () => listSubscriptions(queries, place, { namePrefix: 'team 8 ' }, pageOf(10)),
    'subscriptions by name, last page': () =>
      listSubscriptions(queries, place, { namePrefix: 'team 8 ' }, pageOf(KEYS / 100)),
    'subscriptions by a name that all have, last page': () =>
      listSubscriptions(queries, place, { namePrefix: 'team' }, pageOf(KEYS / 2)),
  };
  let statements: Statement[] = [];
  queries.$on('query', ({ query, params }) => statements.push({ sql: query, values: JSON.parse(params) as unknown[] }));
  await client.connect();
  const results: Result[] = [];
  for (const [list, run] of Object.entries(lists)) {
    statements = [];
    await run();
    const [page, count] = [PAGE, COUNT].map((form) => statements.find(({ sql }) => form.test(sql)));
    if (!page || !count) throw new Error(`${list} ran other statements than these`);
    results.push({
      list,
      pageMs: summary(await measure(client, page)),
      countMs: summary(await measure(client, count)),
    });
  }
  const marked = ({ median }: Summary) => (median > SLOW_MS ? `${median} OVER ${SLOW_MS}` : median);
  console.table(
    results.map(({ list, pageMs, countMs }) => ({
      list,
      'page ms': marked(pageMs),
      'page p95 ms': pageMs.p95,
      'count ms': marked(countMs),
      'count p95 ms': countMs.p95,
    })),
  );
  const report = { rounds: ROUNDS, node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, keys: KEYS };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/key-lists.json', `${JSON.stringify({ ...report, results }, null, 2)}\n`);
} finally {
  await client.end();
  await queries.$disconnect();
  await stack.stop();
  await postgres.stop();
}
