/**
 * What deployments do to requests: a gateway under load gets stages of 1, 1,000 and 10,000 routes deployed, each some
 * times. Told are the requests that failed, and the 99th percentile of the worst second between POST deploys and COMPLETE
 * beside that of the second before. Once as fast as answers come (full load), once at 70 % of that rate held whatever the
 * answers do, where no request that had to wait is left out.
 * Run by name: `npm run bench -- gateway-deploy-load [routes…]`. Results of other counts stay as they were measured.
 * GATEWAY_ENGINE says which engine. Needs nginx.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '../test/harness/api.js';
import { failureCount, type LoadOutcome, socketLoad, startSocketLoad } from './load/job.js';
import { get, type LoadPlan } from './load/plan.js';
import { median, quantile } from './summary.js';
import { quietest } from './support/disturbance.js';
import { engine, untilAnswered, withGatewayBench } from './support/gateway-bench.js';
import { round } from './support/measure-load.js';
import { machine, readReport, writeReport } from './support/report.js';
import { type BenchStage, makeStage, manyRoutes } from './support/stages.js';

const ROUTE_COUNTS = [1, 1_000, 10_000];
const ROUNDS = 5;
const CONNECTIONS = 64;
const PEAK_MS = 3_000;
const SHARE_OF_PEAK = 0.7;
/** The load runs so long before a deployment, and altogether. */
const BEFORE_MS = 2_000;
const RUN_MS = 5_000;
const WINDOW_MS = 1_000;
/** Of the paths so many are called, from all over. */
const CALLED = 1_000;

/** What a deployment did. */
interface Deployment {
  /** How many requests failed, by the reason. */
  readonly failures: LoadOutcome['failures'];
  readonly quietP99Ms: number;
  readonly worstP99Ms: number;
  readonly completeMs: number;
}

/** The clock of outcomes of loads: milliseconds since 1970, finer than Date.now. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Changes what a route answers, so that there is something to deploy. */
async function change({ api, serviceId, stageId }: BenchStage, method: Json, value: string): Promise<void> {
  const plugins = [
    { pluginType: 'HTTP', pluginConfigJson: { frontendEndpointPath: method.path, backendEndpointPath: method.path } },
    { pluginType: 'SET_RESPONSE_HEADER', pluginConfigJson: { headers: { 'X-Round': value } } },
  ];
  const body = { methodName: 'changed', methodPluginList: plugins };
  await api.ok('PUT', `/services/${serviceId}/resource-methods/${method.resourceId}`, body);
  await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
}

/** Deploys once, two seconds after a load has begun. */
async function deployUnderLoad(stage: BenchStage, plan: LoadPlan, ratePerSecond?: number): Promise<Deployment> {
  const { api, serviceId, stageId } = stage;
  const { outcome } = await startSocketLoad(plan, { durationMs: RUN_MS, ratePerSecond });
  await delay(BEFORE_MS);
  const postedAtMs = nowMs();
  const { deployStatus } = await api.deploy(serviceId, stageId);
  const completeAtMs = nowMs();
  if (deployStatus !== 'COMPLETE') throw new Error(`the deployment ended in ${deployStatus}`);
  const load = await outcome;
  if (completeAtMs > load.startedAtMs + RUN_MS) throw new Error('the load ended before the deployment');
  const worst: number[] = [];
  for (let at = postedAtMs; at < completeAtMs; at += WINDOW_MS) worst.push(p99Of(load, at));
  return {
    failures: load.failures,
    quietP99Ms: p99Of(load, postedAtMs - WINDOW_MS),
    worstP99Ms: Math.max(...worst),
    completeMs: completeAtMs - postedAtMs,
  };
}

/** The 99th percentile of what was due in the second from then on. */
function p99Of({ startedAtMs, sentAtMs, latencyMs }: LoadOutcome, fromMs: number): number {
  const from = fromMs - startedAtMs;
  const isIn = (at: number): boolean => at >= from && at < from + WINDOW_MS;
  return quantile(latencyMs.filter((_latency, index) => isIn(sentAtMs[index] ?? 0)).toSorted(), 0.99);
}

function figuresOf(deployments: readonly Deployment[]) {
  const added = deployments.map(({ worstP99Ms, quietP99Ms }) => worstP99Ms - quietP99Ms);
  return {
    failed: deployments.reduce((sum, { failures }) => sum + failureCount(failures), 0),
    failures: deployments.map(({ failures }) => failures).filter((failures) => failureCount(failures) > 0),
    quietP99Ms: round(median(deployments.map(({ quietP99Ms }) => quietP99Ms))),
    addedP99Ms: round(median(added)),
    addedP99MsMost: round(Math.max(...added)),
    completeMs: Math.round(median(deployments.map(({ completeMs }) => completeMs))),
  };
}

/** Deploys some times under full load, and some times at a held rate. */
async function measure(stage: BenchStage, plan: LoadPlan) {
  const { api, serviceId } = stage;
  const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
  const method = resourceList.find((one: Json) => one.methodType === 'GET');
  const peak = await socketLoad(plan, { durationMs: PEAK_MS });
  const peakPerSecond = Math.round((peak.latencyMs.length / PEAK_MS) * 1000);
  const paces = { fullLoad: undefined, heldRate: Math.round(peakPerSecond * SHARE_OF_PEAK) };
  const deployments = { fullLoad: [] as Deployment[], heldRate: [] as Deployment[] };
  for (let at = 0; at < ROUNDS; at += 1) {
    for (const pace of ['fullLoad', 'heldRate'] as const) {
      const once = async (): Promise<Deployment> => {
        await change(stage, method, String(nowMs()));
        return deployUnderLoad(stage, plan, paces[pace]);
      };
      deployments[pace].push((await quietest(once)).result);
    }
  }
  return {
    peakPerSecond,
    heldPerSecond: paces.heldRate,
    fullLoad: figuresOf(deployments.fullLoad),
    heldRate: figuresOf(deployments.heldRate),
  };
}

type Result = Awaited<ReturnType<typeof measure>> & ReturnType<typeof machine>;

const named = process.argv.slice(2).map(Number);
const earlier = await readReport<{ engine: string; results?: Record<string, Result> }>('gateway-deploy-load');
const results: Record<string, Result> = earlier?.engine === engine ? { ...earlier.results } : {};

await withGatewayBench([{ GATEWAY_ENGINE: engine }], async ({ stack, backendUrl, stepBack }) => {
  const stages: { routes: number; stage: BenchStage; plan: LoadPlan }[] = [];
  for (const routes of named.length > 0 ? named : ROUTE_COUNTS) {
    const { document, paths } = manyRoutes(routes);
    const stage = await makeStage(stack, document, backendUrl);
    const step = Math.max(1, Math.floor(paths.length / CALLED));
    const requests = paths.filter((_path, at) => at % step === 0).map((path) => get(stage.host, path));
    const plan: LoadPlan = { port: stack.gatewayPort, requests, connections: CONNECTIONS };
    await untilAnswered(plan);
    stages.push({ routes, stage, plan });
  }
  await stepBack();
  for (const { routes, stage, plan } of stages) {
    results[routes] = { ...machine(), ...(await measure(stage, plan)) };
    console.log(`${routes} routes, engine ${engine}, at most ${results[routes].peakPerSecond}/s`);
    const { fullLoad, heldRate } = results[routes];
    console.table({ 'full load': fullLoad, 'held rate': heldRate }, [
      'failed',
      'quietP99Ms',
      'addedP99Ms',
      'addedP99MsMost',
      'completeMs',
    ]);
    await writeReport('gateway-deploy-load', { engine, rounds: ROUNDS, connections: CONNECTIONS, results });
  }
});
