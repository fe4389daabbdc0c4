/**
 * Whether many routes slow a request: requests per second and latency through a gateway process that serves
 * 1, 100 and 10,000 routes, each answered by a MOCK or by a local backend over HTTP. Routes take turns in every round
 * and in changing order, so that what else the machine does hits all alike; ratios are to 1 route.
 * Run by name: `npm run bench -- gateway-routes [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotRoute } from '../src/contract/snapshot.js';
import { findFreePort } from '../src/main/dev/free-port.js';
import { GATEWAY_TOKEN, TestControlPlane } from '../test/gateway/support/control-plane.js';
import { httpRoute, mockRoute, pathOf, snapshotOf } from '../test/gateway/support/snapshots.js';
import { startProcess } from '../test/harness/process.js';
import { load, loader } from './load/load.js';
import { get, type LoadPlan, type LoadResult } from './load/plan.js';
import { summary } from './summary.js';
import { quietest } from './support/disturbance.js';
import { writeReport } from './support/report.js';

const ROUNDS = Math.max(5, Number(process.argv[2] ?? 7));
const ROUTE_COUNTS = [1, 100, 10_000];
/** Routes called in the scenario that has many more. */
const CALLED_AMONG_MANY = 100;
const BACKENDS = ['MOCK', 'HTTP'] as const;
const CONNECTIONS = 32;
const ROUND_SECONDS = 2;
const WARM_UP_SECONDS = 1;
const BODY = JSON.stringify({ id: 1, name: 'a small answer of a backend' });

interface Scenario {
  readonly backend: (typeof BACKENDS)[number];
  readonly routes: number;
  /** How many of the routes are called, each in its turn. */
  readonly called: number;
  readonly host: string;
  readonly loads: LoadResult[];
}

/** Paths of three segments with a variable, spread over areas as those of an API are. */
const pathAt = (index: number, id: string): string => `/area${index % 100}/things${index}/${id}`;

/** What a scenario asks for: each of its routes in turn, in an order that jumps about. */
function planOf({ host, called }: Scenario, port: number): LoadPlan {
  const requests = Array.from({ length: called }, (_unused, at) => get(host, pathAt((at * 7919) % called, '42')));
  return { port, requests, connections: CONNECTIONS };
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
  const median = (loads: readonly LoadResult[], key: keyof LoadResult): number =>
    summary(loads.map((each) => each[key])).median;
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
  for (const scenario of scenarios) await load(planOf(scenario, port), WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? scenarios : scenarios.toReversed();
    for (const scenario of order) {
      const { result } = await quietest(() => load(planOf(scenario, port), ROUND_SECONDS));
      scenario.loads.push(result);
    }
  }
  console.table(results(scenarios));
  const setup = { loader, rounds: ROUNDS, roundSeconds: ROUND_SECONDS, connections: CONNECTIONS };
  await writeReport('gateway-routes', { ...setup, results: results(scenarios) });
} finally {
  await gateway.stop();
  await controlPlane.close();
  backend.close();
  backend.closeAllConnections();
  await rm(dataDir, { recursive: true, force: true });
}
