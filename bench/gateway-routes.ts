/**
 * Whether many routes slow a request: requests per second and latency through a gateway process that serves
 * 1, 100 and 10,000 routes, each answered by a MOCK or by a local backend over HTTP. Routes take turns in every round
 * and in changing order, so that what else the machine does hits all alike; ratios are to 1 route.
 * Run by name: `npm run bench -- gateway-routes [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { SnapshotRoute } from '../src/contract/snapshot.js';
import { findFreePort } from '../src/main/dev/free-port.js';
import { GATEWAY_TOKEN, TestControlPlane } from '../test/gateway/support/control-plane.js';
import { httpRoute, mockRoute, pathOf, snapshotOf } from '../test/gateway/support/snapshots.js';
import { startProcess } from '../test/harness/process.js';
import { summary } from './summary.js';

const ROUNDS = Math.max(5, Number(process.argv[2] ?? 7));
const ROUTE_COUNTS = [1, 100, 10_000];
/** Routes called in the scenario that has many more. */
const CALLED_AMONG_MANY = 100;
const BACKENDS = ['MOCK', 'HTTP'] as const;
const CONNECTIONS = 32;
const ROUND_MS = 1_500;
const WARM_UP_MS = 1_000;
const BODY = JSON.stringify({ id: 1, name: 'a small answer of a backend' });

interface Load {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Scenario {
  readonly backend: (typeof BACKENDS)[number];
  readonly routes: number;
  /** How many of the routes are called, each in its turn. */
  readonly called: number;
  readonly host: string;
  readonly loads: Load[];
}

/** Paths of three segments with a variable, spread over areas as those of an API are. */
const pathAt = (index: number, id: string): string => `/area${index % 100}/things${index}/${id}`;

/** Sends requests over all connections for `durationMs`, each to the next route. Fails on any status but 200. */
async function load(pool: Pool, { host, called }: Scenario, durationMs: number): Promise<Load> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let at = performance.now(); at - startedAt < durationMs;) {
        const path = pathAt((next += 7919) % called, '42');
        const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { host } });
        await body.dump();
        if (statusCode !== 200) throw new Error(`${host}${path} answered ${statusCode}`);
        const now = performance.now();
        latencies.push(now - at);
        at = now;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const sorted = latencies.toSorted((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return { perSecond: latencies.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}

/** Deploys a stage with so many routes and gives its host. */
async function deploy(controlPlane: TestControlPlane, name: string, routes: number, route: SnapshotRoute) {
  const host = `${name}.test`;
  const paths = Array.from({ length: routes }, (_unused, index) => pathOf(pathAt(index, '{id}'), [route]));
  const receipt = await controlPlane.receiptOf(controlPlane.deploy([host], snapshotOf(paths, { stageId: name })));
  if (receipt.refusal !== null) throw new Error(receipt.refusal);
  return host;
}

function results(scenarios: readonly Scenario[]) {
  const median = (loads: readonly Load[], key: keyof Load): number => summary(loads.map((each) => each[key])).median;
  return scenarios.map(({ backend, routes, called, loads }) => {
    const single = scenarios.find((other) => other.backend === backend && other.routes === 1)?.loads ?? [];
    const perSecond = median(loads, 'perSecond');
    return {
      backend,
      routes,
      called,
      requestsPerSecond: Math.round(perSecond),
      ratioToOneRoute: Number((perSecond / median(single, 'perSecond')).toFixed(3)),
      p50Ms: median(loads, 'p50Ms'),
      p99Ms: median(loads, 'p99Ms'),
    };
  });
}

const backend = createServer((_request, response) => void response.end(BODY)).listen(0, '127.0.0.1');
await once(backend, 'listening');
const backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
const controlPlane = new TestControlPlane();
await controlPlane.listen();
const dataDir = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
const port = await findFreePort('127.0.0.1');
const gateway = await startProcess(
  'gateway',
  port,
  {
    GATEWAY_PORT: String(port),
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_TOKEN,
    CONTROL_PLANE_URL: controlPlane.url,
    DATA_DIR: dataDir,
    ALLOWED_UPSTREAM_PORTS: '1-65535',
  },
  '/health/live',
);
const pool = new Pool(gateway.url, { connections: CONNECTIONS });
try {
  const scenarios: Scenario[] = [];
  for (const kind of BACKENDS) {
    const route = kind === 'MOCK' ? mockRoute('GET', BODY) : httpRoute('GET', backendUrl, '/things/${request.path.id}');
    for (const routes of ROUTE_COUNTS) {
      const host = await deploy(controlPlane, `${kind.toLowerCase()}-${routes}`, routes, route);
      scenarios.push({ backend: kind, routes, called: routes, host, loads: [] });
      // Touching 10,000 routes in turn also measures how cold their memory is; this one only how they are found.
      if (routes > CALLED_AMONG_MANY)
        scenarios.push({ backend: kind, routes, called: CALLED_AMONG_MANY, host, loads: [] });
    }
  }
  for (const scenario of scenarios) await load(pool, scenario, WARM_UP_MS);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? scenarios : scenarios.toReversed();
    for (const scenario of order) scenario.loads.push(await load(pool, scenario, ROUND_MS));
  }
  console.table(results(scenarios));
  const report = {
    rounds: ROUNDS,
    roundMs: ROUND_MS,
    connections: CONNECTIONS,
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    results: results(scenarios),
  };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/gateway-routes.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await pool.destroy();
  await gateway.stop();
  await controlPlane.close();
  backend.close();
  backend.closeAllConnections();
  await rm(dataDir, { recursive: true, force: true });
}
