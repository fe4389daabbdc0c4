/**
 * What several gateways and control planes do together on one machine: how long after POST deploys all gateways serve a
 * deployment and when it is COMPLETE; how many requests per second one, two and three gateways answer (bounded by the
 * machine: load, gateways and backend share its cores) and how much processor time of a gateway one request takes (not
 * bounded by it, so that it says what more machines would do). The gateways take turns at the control planes.
 * Run by name: `npm run bench -- scale-out [rounds]`. Starts and stops all that it needs, on loopback.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { Pool } from 'undici';
import type { Api } from '../test/harness/api.js';
import { httpDocument, mockDocument } from '../test/harness/documents.js';
import { startTestPostgres } from '../test/harness/postgres.js';
import { launchStack, type PrivateStack } from '../test/harness/stack.js';
import { summary } from './summary.js';

const ROUNDS = Number(process.argv[2] ?? 20);
const GATEWAYS = 3;
const CONTROL_PLANES = 2;
const CONNECTIONS = 48;
const LOAD_MS = 2_000;
const LOAD_ROUNDS = 5;
/** Of /proc: a hundredth of a second. */
const TICK_US = 10_000;

interface Stage {
  readonly api: Api;
  readonly serviceId: string;
  readonly stageId: string;
  readonly stageUrl: string;
}

interface Load {
  readonly gateways: number;
  readonly perSecond: number;
  /** Processor time of the gateways per request, in microseconds; null where the system does not tell. */
  readonly cpuUs: number | null;
}

async function makeStage(stack: PrivateStack, document: object, backendUrl: string): Promise<Stage> {
  const api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, document);
  const { stageId, stageUrl } = await api.createStage(serviceId, backendUrl);
  await api.deploy(serviceId, stageId);
  return { api, serviceId, stageId, stageUrl };
}

/** Times from the answer of POST deploys until the first, and until the last gateway has served the new answer. */
async function measureDeployments(stack: PrivateStack, { api, serviceId, stageId, stageUrl }: Stage) {
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
        while ((await api.request(stageUrl, 'GET', '/hello', { port })).text !== body);
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

/** Processor time that a process has taken so far; null without /proc. */
async function cpuUsOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // User and system time are the 12th and 13th field behind the name, which stands in brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return stat === null ? null : (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

async function cpuUsOfAll(pids: readonly number[]): Promise<number | null> {
  const times = await Promise.all(pids.map(cpuUsOf));
  return times.reduce<number | null>((sum, time) => (sum === null || time === null ? null : sum + time), 0);
}

/** Load on so many gateways, all connections spread over them. */
async function measureLoad(stack: PrivateStack, gateways: number, host: string, path: string): Promise<Load> {
  const chosen = stack.gateways.slice(0, gateways);
  const pids = chosen.map(({ pid }) => pid);
  const connections = CONNECTIONS / gateways;
  const pools = chosen.map(({ url }) => new Pool(url, { connections }));
  const cpuBefore = await cpuUsOfAll(pids);
  const startedAt = performance.now();
  let answered = 0;
  const client = async (pool: Pool): Promise<void> => {
    while (performance.now() - startedAt < LOAD_MS) {
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { host } });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
      answered += 1;
    }
  };
  await Promise.all(pools.flatMap((pool) => Array.from({ length: connections }, () => client(pool))));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuAfter = await cpuUsOfAll(pids);
  await Promise.all(pools.map((pool) => pool.destroy()));
  const cpuUs = cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / answered;
  return { gateways, perSecond: answered / seconds, cpuUs };
}

/** Medians over some rounds, for one gateway up to all. */
async function measureLoads(stack: PrivateStack, kind: string, host: string, path: string) {
  const rows = [];
  for (let gateways = 1; gateways <= GATEWAYS; gateways += 1) {
    await measureLoad(stack, gateways, host, path);
    const loads: Load[] = [];
    for (let round = 0; round < LOAD_ROUNDS; round += 1) loads.push(await measureLoad(stack, gateways, host, path));
    rows.push({
      kind,
      gateways,
      requestsPerSecond: Math.round(summary(loads.map(({ perSecond }) => perSecond)).median),
      cpuUsPerRequest: summary(loads.map(({ cpuUs }) => cpuUs ?? 0)).median,
    });
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
    ...(await measureLoads(stack, 'MOCK', mock.stageUrl, '/hello')),
    ...(await measureLoads(stack, 'HTTP', http.stageUrl, '/items')),
  ];
  console.table({
    'served by the first gateway, ms': deployments.first,
    'served by the last gateway, ms': deployments.last,
    'COMPLETE, ms': deployments.complete,
  });
  console.table(loads);
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  const report = { rounds: ROUNDS, gateways: GATEWAYS, controlPlanes: CONTROL_PLANES, ...machine, deployments, loads };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/scale-out.json', `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await stack.stop();
  await postgres.stop();
  backend.close();
  backend.closeAllConnections();
}
