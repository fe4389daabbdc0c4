/**
 * What several gateways and control planes do together on one machine: how long after POST deploys all gateways serve a
 * deployment and when it is COMPLETE; how many requests per second one, two and three gateways answer (bounded by the
 * machine: load, gateways and backend share its cores) and how much processor time of a gateway one request takes (not
 * bounded by it, so that it says what more machines would do). The gateways take turns at the control planes.
 * Run by name: `npm run bench -- scale-out [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { httpDocument, mockDocument } from '../test/harness/documents.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { launchStack, type PrivateStack } from '../test/harness/stack.js';
import { loader } from './load/load.js';
import { get, type LoadRequest } from './load/plan.js';
import { summary } from './summary.js';
import { quietest } from './support/disturbance.js';
import { loadTogether, rateOf, type Run } from './support/measure-load.js';
import { writeReport } from './support/report.js';
import { type BenchStage, makeStage } from './support/stages.js';

const ROUNDS = Number(process.argv[2] ?? 20);
const GATEWAYS = 3;
const CONTROL_PLANES = 2;
const CONNECTIONS = 48;
const LOAD_SECONDS = 2;
const LOAD_ROUNDS = 5;
/** Times from the answer of POST deploys until the first, and until the last gateway has served the new answer. */
async function measureDeployments(stack: PrivateStack, { api, serviceId, stageId, host }: BenchStage) {
  const times = { first: [] as number[], last: [] as number[], complete: [] as number[] };
  const urls = stack.controlPlanes.map(({ url }) => url);
  for (let round = 0; round < ROUNDS; round += 1) {
    const body = `round ${round}`;
    // Any control plane takes a deployment, whichever the gateways follow.
    Object.assign(api, { controlUrl: urls[round % urls.length] });
    await api.importSwagger(serviceId, mockDocument(body));
    await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
    await api.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
    const answeredAt = performance.now();
    const served = await Promise.all(
      stack.gateways.map(async ({ port }) => {
        while ((await api.request(host, 'GET', '/hello', { port })).text !== body);
        return performance.now() - answeredAt;
      }),
    );
    const { deployStatus } = await api.waitForDeployment(serviceId, stageId);
    if (deployStatus !== 'COMPLETE') throw new Error(`round ${round} ended in ${deployStatus}`);
    times.complete.push(performance.now() - answeredAt);
    times.first.push(Math.min(...served));
    times.last.push(Math.max(...served));
  }
  return { first: summary(times.first), last: summary(times.last), complete: summary(times.complete) };
}

/** Load on so many gateways, all connections spread over them. */
function measureLoad(stack: PrivateStack, gateways: number, request: LoadRequest): Promise<Omit<Run, 'others'>> {
  const chosen = stack.gateways.slice(0, gateways);
  const plans = chosen.map(({ port }) => ({ port, requests: [request], connections: CONNECTIONS / gateways }));
  return loadTogether(
    plans,
    chosen.map(({ pid }) => pid),
    LOAD_SECONDS,
  );
}

/** Medians over some rounds, for one gateway up to all. */
async function measureLoads(stack: PrivateStack, kind: string, request: LoadRequest) {
  const rows = [];
  for (let gateways = 1; gateways <= GATEWAYS; gateways += 1) {
    await measureLoad(stack, gateways, request);
    const runs: Run[] = [];
    for (let round = 0; round < LOAD_ROUNDS; round += 1) {
      const { result, others } = await quietest(() => measureLoad(stack, gateways, request));
      runs.push({ ...result, others });
    }
    const { perSecond, cpuUs, others } = rateOf(runs, gateways);
    rows.push({ kind, gateways, requestsPerSecond: perSecond, cpuUsPerRequest: cpuUs, others });
  }
  return rows;
}

const backend = createServer((_request, response) => void response.end('{"id":1}')).listen(0, '127.0.0.1');
await once(backend, 'listening');
const backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
const postgres = await startTestPostgres();
await postgres.createDatabase('bench');
const stack = await launchStack(postgres.url('bench'), { controlPlanes: CONTROL_PLANES, gateways: 0 });
try {
  for (let at = 0; at < GATEWAYS; at += 1) {
    await stack.startGateway({ CONTROL_PLANE_URL: stack.controlPlanes[at % CONTROL_PLANES]?.url ?? '' });
  }
  Object.assign(stack, { address: { ...stack.address, gatewayPorts: stack.gateways.map(({ port }) => port) } });
  const mock = await makeStage(stack, mockDocument('round -1'), 'http://127.0.0.1');
  const http = await makeStage(stack, httpDocument(), backendUrl);
  const deployments = await measureDeployments(stack, mock);
  const loads = [
    ...(await measureLoads(stack, 'MOCK', get(mock.host, '/hello'))),
    ...(await measureLoads(stack, 'HTTP', get(http.host, '/items'))),
  ];
  console.table({
    'served by the first gateway, ms': deployments.first,
    'served by the last gateway, ms': deployments.last,
    'COMPLETE, ms': deployments.complete,
  });
  console.table(loads);
  const setup = { rounds: ROUNDS, gateways: GATEWAYS, controlPlanes: CONTROL_PLANES, loader };
  await writeReport('scale-out', { ...setup, deployments, loads });
} finally {
  await stack.stop();
  await postgres.stop();
  backend.close();
  backend.closeAllConnections();
}
