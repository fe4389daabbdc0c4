/**
 * How long starts take: `npm start` with everything installed and its database made, until it says that it is ready; and
 * a gateway alone, with 10,000 routes and 100,000 keys on its disk and no control plane, until its first answer; beside it
 * a server of node:http that does nothing, which says how quick the machine is.
 * Run by name: `npm run bench -- start-up`. GATEWAY_ENGINE says which engine. Needs nginx.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { findFreePort } from '../src/main/dev/free-port.js';
import { nodeFlagsOf } from '../src/main/node-flags.js';
import type { LoadRequest } from './load/plan.js';
import { summary } from './summary.js';
import { quietest } from './support/disturbance.js';
import { engine, untilAnswered, withGatewayBench } from './support/gateway-bench.js';
import { KEYS, makeLargeStage, ROUTES } from './support/large-gateway.js';
import { LOAD_CORE, pin, SUBJECT_CORE } from './support/processor.js';
import { endWithThis } from './support/program.js';
import { writeReport } from './support/report.js';

const ROUNDS = 5;
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GATEWAY = [...nodeFlagsOf('gateway'), join(ROOT, 'dist/main/gateway.js')];
const BARE_SERVER = [
  '--eval',
  `require('node:http').createServer((_, answer) => answer.end()).listen(process.env.GATEWAY_PORT, '127.0.0.1')`,
];
const PATIENCE_MS = 60_000;
const POLL_INTERVAL_MS = 2;
/** Nobody listens there: the gateway starts alone. */
const NO_CONTROL_PLANE = 'http://127.0.0.1:9';

/** Runs `npm start` until it is ready, stops it, and gives the milliseconds. */
async function timeNpmStart(dataDir: string): Promise<number> {
  const ports = { PORT: await findFreePort('127.0.0.1'), GATEWAY_PORT: await findFreePort('127.0.0.1') };
  const variables = { DATA_DIR: dataDir, PORT: String(ports.PORT), GATEWAY_PORT: String(ports.GATEWAY_PORT) };
  const startedAt = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: { ...process.env, ...variables, GATEWAY_ENGINE: engine },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const keepIt = endWithThis(child.pid ?? 0, 'SIGTERM');
  const ended = once(child, 'exit');
  await printed(child, /^Gatewright is ready/m);
  const elapsedMs = performance.now() - startedAt;
  child.kill('SIGTERM');
  await ended;
  keepIt();
  return elapsedMs;
}

/** Waits until a program has printed a pattern. @throws Error when it ends before, or takes too long. */
function printed(child: ChildProcess, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (): void => reject(new Error(`it was not ready:\n${text}`));
    const timer = setTimeout(fail, PATIENCE_MS).unref();
    const take = (chunk: Buffer): void => {
      text += chunk.toString();
      if (!pattern.test(text)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('exit', fail);
  });
}

/** Starts a gateway, or another program, waits for its first answer to a request, ends it; the milliseconds. */
async function timeServerStart(
  program: readonly string[],
  variables: Record<string, string>,
  first: LoadRequest,
): Promise<number> {
  const port = await findFreePort('127.0.0.1');
  const startedAt = performance.now();
  const child = spawn(process.execPath, program, {
    env: { ...process.env, ...variables, GATEWAY_PORT: String(port), GATEWAY_HOST: '127.0.0.1' },
    stdio: 'ignore',
  });
  const keepIt = endWithThis(child.pid ?? 0);
  pin(child.pid ?? 0, [SUBJECT_CORE, LOAD_CORE]);
  try {
    while ((await statusOf(port, first)) !== 200) {
      if (child.exitCode !== null || performance.now() - startedAt > PATIENCE_MS) throw new Error('no answer came');
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    return performance.now() - startedAt;
  } finally {
    const ended = once(child, 'exit');
    if (child.kill('SIGKILL')) await ended;
    keepIt();
  }
}

/** The status of an answer; null while nobody listens. */
async function statusOf(port: number, { path, headers }: LoadRequest): Promise<number | null> {
  try {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, { headers });
    await body.dump();
    return statusCode;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') return null;
    throw error;
  }
}

const folder = await mkdtemp(join(tmpdir(), 'gatewright-start-up-'));

async function measureNpmStart(): Promise<number[]> {
  const dataDir = join(folder, 'npm');
  await mkdir(dataDir);
  // The first one makes the database.
  await timeNpmStart(dataDir);
  const elapsedMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Made again while others are at work on the machine.
    elapsedMs.push((await quietest(() => timeNpmStart(dataDir))).result);
  }
  return elapsedMs;
}

/** The times of starts of a gateway and, between them, of a server that does nothing. */
async function measureGatewayStart(): Promise<{ gateway: number[]; bare: number[] }> {
  const own = { DATA_DIR: join(folder, 'gateway'), GATEWAY_ENGINE: engine };
  const elapsedMs = { gateway: [] as number[], bare: [] as number[] };
  await withGatewayBench([own], async (bench) => {
    const [gateway] = bench.stack.gateways;
    const requests = await makeLargeStage(bench);
    const [first] = requests;
    if (!gateway || !first) throw new Error('there is no gateway');
    await untilAnswered({ port: gateway.port, requests, connections: 1 });
    await gateway.stop();
    const variables = { ...bench.stack.variables, ...own, CONTROL_PLANE_URL: NO_CONTROL_PLANE };
    for (let round = 0; round < ROUNDS; round += 1) {
      elapsedMs.gateway.push((await quietest(() => timeServerStart(GATEWAY, variables, first))).result);
      elapsedMs.bare.push((await quietest(() => timeServerStart(BARE_SERVER, {}, first))).result);
    }
  });
  return elapsedMs;
}

try {
  const npmStartMs = summary(await measureNpmStart());
  const { gateway, bare } = await measureGatewayStart();
  const figures = { npmStartMs, gatewayStartMs: summary(gateway), bareServerStartMs: summary(bare) };
  console.table({
    'npm start, warm, until ready, ms': figures.npmStartMs,
    'gateway alone, until its first answer, ms': figures.gatewayStartMs,
    'node:http that does nothing, likewise, ms': figures.bareServerStartMs,
  });
  await writeReport('start-up', { engine, rounds: ROUNDS, routes: ROUTES, keys: KEYS, ...figures });
} finally {
  await rm(folder, { recursive: true, force: true });
}
