/**
 * How long requests take at 70 % of the gateway's own peak, against nginx as a plain proxy at the same rate, and against
 * the backend alone: what load and backend take by themselves. The rate is held whatever the answers do, and a latency
 * counts from the moment at which its request was due.
 * Run by name: `npm run bench -- gateway-latency`. GATEWAY_ENGINE says which engine. Needs nginx.
 */
import { load, loader } from './load/load.js';
import { failureCount, type LoadOutcome, socketLoad } from './load/job.js';
import { get, type LoadPlan } from './load/plan.js';
import { median, quantile } from './summary.js';
import { quietest } from './support/disturbance.js';
import { engine, untilAnswered, withGatewayBench } from './support/gateway-bench.js';
import { round } from './support/measure-load.js';
import { startProxy } from './support/nginx.js';
import { pin, SUBJECT_CORE } from './support/processor.js';
import { writeReport } from './support/report.js';
import { makeStage, plainDocument } from './support/stages.js';

const ROUNDS = 7;
const PEAK_SECONDS = 2;
const RUN_MS = 7_000;
/** How long everybody is loaded at the rate beforehand: until paths that are rarely taken have been, and are compiled. */
const WARM_UP_MS = 40_000;
/**
 * What is left out at the start of a run: connections are made, and V8, which gives memory back while it has nothing to
 * do, collects garbage in small pieces for some two seconds.
 */
const SETTLE_MS = 3_000;
const CONNECTIONS = 64;
const SHARE_OF_PEAK = 0.7;

interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

function latencyOf({ sentAtMs, latencyMs, failures }: LoadOutcome): Latency {
  if (failureCount(failures) > 0) throw new Error(`requests failed: ${JSON.stringify(failures)}`);
  const settled = latencyMs.filter((_latency, at) => (sentAtMs[at] ?? 0) >= SETTLE_MS).toSorted();
  return { p50Ms: quantile(settled, 0.5), p99Ms: quantile(settled, 0.99), p999Ms: quantile(settled, 0.999) };
}

function medians(runs: readonly Latency[]): Latency {
  const of = (key: keyof Latency): number => round(median(runs.map((run) => run[key])));
  return { p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), p999Ms: of('p999Ms') };
}

async function peakOf(plan: LoadPlan): Promise<number> {
  const rates: number[] = [];
  for (let at = 0; at < ROUNDS; at += 1) {
    const { result } = await quietest(() => load(plan, PEAK_SECONDS));
    rates.push(result.perSecond);
  }
  return median(rates);
}

await withGatewayBench([{ GATEWAY_ENGINE: engine }], async ({ stack, backend, backendUrl, stepBack }) => {
  const { host } = await makeStage(stack, plainDocument(), backendUrl);
  const proxy = await startProxy(backend.port);
  pin(proxy.pid, [SUBJECT_CORE]);
  try {
    const ports = { 'backend alone': backend.port, nginx: proxy.port, gatewright: stack.gatewayPort };
    const contenders = Object.entries(ports).map(([name, port]) => {
      const plan: LoadPlan = { port, requests: [get(host, '/small')], connections: CONNECTIONS };
      return { name, plan, runs: [] as Latency[] };
    });
    for (const { plan } of contenders) {
      await untilAnswered(plan);
      await load(plan, PEAK_SECONDS);
    }
    await stepBack();
    const peakPerSecond = Math.round(await peakOf(contenders[2]?.plan ?? { port: 0, requests: [], connections: 0 }));
    const ratePerSecond = Math.round(peakPerSecond * SHARE_OF_PEAK);
    for (const { plan } of contenders) await socketLoad(plan, { durationMs: WARM_UP_MS, ratePerSecond });
    for (let at = 0; at < ROUNDS; at += 1) {
      for (const { plan, runs } of at % 2 === 0 ? contenders : contenders.toReversed()) {
        const { result } = await quietest(() => socketLoad(plan, { durationMs: RUN_MS, ratePerSecond }));
        runs.push(latencyOf(result));
      }
    }
    const results = contenders.map(({ name, runs }) => ({
      name,
      ...medians(runs),
      p99MsOfRuns: runs.map(({ p99Ms }) => round(p99Ms)),
    }));
    const [, limit, ours] = results;
    const p99RatioToNginx = limit && ours && round(ours.p99Ms / limit.p99Ms);
    console.log(`engine ${engine}, peak ${peakPerSecond}/s, held ${ratePerSecond}/s`);
    console.table(results.map(({ p99MsOfRuns, ...each }) => ({ ...each, runs: p99MsOfRuns.join(' ') })));
    console.log(`p99 to nginx: ${p99RatioToNginx}`);
    const setup = { engine, peakLoader: loader, rounds: ROUNDS, runMs: RUN_MS, connections: CONNECTIONS };
    await writeReport('gateway-latency', { ...setup, peakPerSecond, ratePerSecond, p99RatioToNginx, results });
  } finally {
    await proxy.stop();
  }
});
