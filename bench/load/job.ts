import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { quantile } from '../summary.js';
import type { LoadPlan, LoadRequest, LoadResult } from './plan.js';

const PROGRAM = fileURLToPath(new URL('socket-load.ts', import.meta.url));
const LOADER = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
/** Room for the garbage of a whole run: its collection would hold requests up, which would then count as slow. */
const FLAGS = ['--min-semi-space-size=256', '--max-semi-space-size=256'];

/** A load as the process that makes it is told. */
export interface LoadJob {
  readonly port: number;
  /** Whole requests as they go over the wire, in Latin-1. */
  readonly requests: readonly string[];
  readonly connections: number;
  readonly durationMs: number;
  /** Null: as fast as the answers come. */
  readonly ratePerSecond: number | null;
}

/** What came of a load: for each answer when its request was due, from the start, and how long it took from then on. */
export interface LoadOutcome {
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly sentAtMs: Float64Array;
  readonly latencyMs: Float64Array;
  /** How many requests failed, by the reason. */
  readonly failures: Readonly<Record<string, number>>;
}

/** How a load is made: its length, and at which rate; without one, as fast as the answers come. */
export interface Pace {
  readonly durationMs: number;
  readonly ratePerSecond?: number;
}

/** A load that runs. */
export interface RunningLoad {
  readonly pid: number;
  readonly outcome: Promise<LoadOutcome>;
}

/** Starts a load in a process of its own. It ends by itself, and with this process at the latest. */
export async function startSocketLoad(plan: LoadPlan, { durationMs, ratePerSecond }: Pace): Promise<RunningLoad> {
  const child = fork(PROGRAM, { execArgv: [...FLAGS, '--import', LOADER], serialization: 'advanced' });
  await once(child, 'spawn');
  const { port, connections } = plan;
  const job: LoadJob = {
    port,
    connections,
    requests: plan.requests.map(wireText),
    durationMs,
    ratePerSecond: ratePerSecond ?? null,
  };
  child.send(job);
  return { pid: child.pid ?? 0, outcome: outcomeOf(child) };
}

async function outcomeOf(child: ChildProcess): Promise<LoadOutcome> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load ended with exit code ${String(code)}`);
  });
  // Its end after the outcome is no fault any more.
  const [outcome] = (await Promise.race([once(child, 'message'), ended])) as [LoadOutcome];
  return outcome;
}

/** Makes a load to its end. */
export async function socketLoad(plan: LoadPlan, pace: Pace): Promise<LoadOutcome> {
  return (await startSocketLoad(plan, pace)).outcome;
}

/** As {@link socketLoad}, without a rate. @throws Error when a request failed. */
export async function loadBySockets(plan: LoadPlan, seconds: number): Promise<LoadResult> {
  const { latencyMs, failures } = await socketLoad(plan, { durationMs: seconds * 1000 });
  if (failureCount(failures) > 0) throw new Error(`requests failed: ${JSON.stringify(failures)}`);
  const sorted = latencyMs.toSorted();
  return {
    answered: sorted.length,
    perSecond: sorted.length / seconds,
    p50Ms: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  };
}

/** How many requests failed, for whatever reason. */
export function failureCount(failures: LoadOutcome['failures']): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

function wireText({ method, path, headers, body }: LoadRequest): string {
  const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
  const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}
