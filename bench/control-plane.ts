/**
 * How fast the management API is: requests per second and processor time of each of some operations, beside the same
 * endpoints as a plain NestJS and Prisma controller, and beside the limit: the same SQL, prepared, behind node:http.
 * All three run at once, each on a database of its own, and take turns in every round. The server is pinned to one
 * core; PostgreSQL and the load have the other. Writes carry an Idempotency-Key and are audited in ours alone.
 * Run by name: `npm run bench -- control-plane [rounds] [milliseconds] [operation]`. Starts and stops all that it needs.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import pg from 'pg';
import { newId } from '../src/kernel/ids.js';
import { memoryVariablesOf, nodeFlagsOf } from '../src/main/node-flags.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { type Load, load } from './control-plane/load.js';
import { leaveServerCore, type Server, startServer } from './control-plane/servers.js';
import { makeWorld, operations } from './control-plane/world.js';
import { summary } from './summary.js';

const ROUNDS = Math.max(1, Number(process.argv[2] ?? 5));
const ROUND_MS = Number(process.argv[3] ?? 1500);
const ONLY = process.argv[4];
const WARM_UP_MS = ROUND_MS;
const CONNECTIONS = 50;
const VARIANTS = { limit: 'bench/control-plane/limit.ts', plain: 'bench/control-plane/plain.ts', ours: null } as const;
type Variant = keyof typeof VARIANTS;
const variants = Object.keys(VARIANTS) as Variant[];
const OURS = 'dist/main/control-plane.js';

interface Case {
  readonly operation: string;
  readonly variant: Variant;
  readonly run: (durationMs: number) => Promise<Load>;
  readonly loads: Load[];
}

/** What the table and the file say of an operation. */
function resultOf(cases: readonly Case[], operation: string) {
  const of = (variant: Variant) => cases.find((one) => one.operation === operation && one.variant === variant)?.loads;
  const median = (variant: Variant, key: keyof Load) => summary((of(variant) ?? []).map((one) => one[key] ?? 0)).median;
  const ratio = (to: Variant) => Number((median('ours', 'perSecond') / median(to, 'perSecond')).toFixed(2));
  const perVariant = (key: keyof Load) =>
    Object.fromEntries(variants.map((variant) => [variant, median(variant, key)]));
  return {
    operation,
    perSecond: perVariant('perSecond'),
    cpuUs: perVariant('cpuUs'),
    p99Ms: perVariant('p99Ms'),
    ofLimit: ratio('limit'),
    ofPlain: ratio('plain'),
  };
}

/** What our control plane runs with: the limits of calls are on, and far away. */
function oursVariables(): Record<string, string> {
  return {
    ENCRYPTION_KEY: 'e1'.repeat(32),
    GATEWAY_TOKEN: `token-${newId()}`,
    MAX_SERVICES: '1000000',
    MANAGEMENT_RATE_LIMIT_PER_ADDRESS: '1000000',
    MANAGEMENT_RATE_LIMIT_PER_APP_KEY: '1000000',
    MANAGEMENT_FAILED_LOGINS_PER_ADDRESS: '1000000',
  };
}

/** Makes a database like ours. */
async function copyDatabase(name: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE "${name}" TEMPLATE ours`);
  } finally {
    await client.end();
  }
}

const isPinned = leaveServerCore();
const postgres = await startTestPostgres();
const servers: Server[] = [];
try {
  await postgres.createDatabase('ours');
  const world = await makeWorld(postgres.url('ours'));
  const profile = process.env['BENCH_PROFILE'];
  for (const variant of variants) {
    if (variant !== 'ours') await copyDatabase(variant);
    const variables = {
      DATABASE_URL: postgres.url(variant),
      ...oursVariables(),
      ...memoryVariablesOf('control-plane'),
    };
    const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : [];
    const nodeFlags = variant === 'ours' ? [...nodeFlagsOf('control-plane'), ...profiling] : [];
    servers.push(await startServer(VARIANTS[variant] ?? OURS, variables, { isPinned, nodeFlags }));
  }
  const chosen = Object.entries(operations).filter(([operation]) => ONLY === undefined || operation === ONLY);
  const cases = chosen.flatMap(([operation, requests]) =>
    variants.map((variant, at): Case => {
      const server = servers[at];
      if (!server) throw new Error(`${variant} was not started`);
      const next = requests(world);
      const run = (durationMs: number) => load(server, next, { connections: CONNECTIONS, durationMs });
      return { operation, variant, run, loads: [] };
    }),
  );
  for (const { run } of cases) await run(WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? cases : cases.toReversed();
    for (const { run, loads } of order) loads.push(await run(ROUND_MS));
  }
  const results = chosen.map(([operation]) => resultOf(cases, operation));
  console.table(
    results.map(({ operation, perSecond, cpuUs, ofLimit, ofPlain }) => ({
      operation,
      'limit /s': Math.round(perSecond['limit'] ?? 0),
      'plain /s': Math.round(perSecond['plain'] ?? 0),
      'ours /s': Math.round(perSecond['ours'] ?? 0),
      'CPU µs': variants.map((variant) => Math.round(cpuUs[variant] ?? 0)).join(' / '),
      'of limit': ofLimit,
      'of plain': ofPlain,
    })),
  );
  const settings = { rounds: ROUNDS, roundMs: ROUND_MS, connections: CONNECTIONS, isPinned };
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  await mkdir('bench/results', { recursive: true });
  await writeFile(
    'bench/results/control-plane.json',
    `${JSON.stringify({ ...settings, ...machine, results }, null, 2)}\n`,
  );
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await postgres.stop();
}
