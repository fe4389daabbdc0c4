/**
 * Whether a gateway on sockets outlives clients and backends that die at random moments: in a head, a body or a chunk,
 * by a reset, an end or silence; with pipelining, early answers, slow readers, 100-continue, trailers, HEAD, 204 and
 * 304 in between. Every answer must be that of its request, whole and unchanged; every client gets an answer or the end
 * of its connection; and when all have gone, so have the gateway's connections and file descriptors. The first fault
 * ends the program with the requests of its connection.
 * Run by name: `npm run bench -- engine-endurance [requests] [seed] [minutes]`; it ends with what it has after the minutes. Starts and stops all that it needs, on loopback.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { httpRoute, pathOf } from '../test/gateway/support/snapshots.js';
import { startOwnGateway } from './gateway.js';
import { startMortalBackend } from './mortal.js';
import { diceOf, type Tally, wander } from './wanderer.js';

const REQUESTS = Number(process.argv[2] ?? 1_000_000);
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
const MINUTES = Number(process.argv[4] ?? 20);
const CLIENTS = 100;
const HOST = 'endurance.test';
const METHODS = ['GET', 'POST', 'PUT', 'HEAD'] as const;
/** How long the gateway has for what is left when all clients have gone. */
const SETTLE_MS = 15_000;
const SAMPLES = 10;

interface Sample {
  readonly requests: number;
  readonly rssMb: number;
  readonly descriptors: number;
  readonly connections: number;
}

const steady = await startMortalBackend();
const dying = await startMortalBackend();
const gateway = await startOwnGateway({
  UPSTREAM_TIMEOUT_MS: '3000',
  UPSTREAM_BREAKER_FAILURES: '1000',
  UPSTREAM_BREAKER_OPEN_MS: '1',
  CLIENT_HEADERS_TIMEOUT_MS: '2000',
});

/** Of the gateway; null for descriptors and memory where the system does not tell. */
async function sample(requests: number): Promise<Sample> {
  const status = await readFile(`/proc/${gateway.pid}/status`, 'utf8').catch(() => '');
  const descriptors = await readdir(`/proc/${gateway.pid}/fd`).catch(() => []);
  const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: { connection: 'close' } })).text();
  return {
    requests,
    rssMb: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? NaN) / 1024),
    descriptors: descriptors.length,
    connections: Number(/^gatewright_gateway_connections (\d+)/m.exec(metrics)?.[1] ?? NaN),
  };
}

/** The last sample once everything has gone that can go. */
async function settled(before: Sample, requests: number): Promise<Sample> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const now = await sample(requests);
    const isBack = now.connections <= before.connections && now.descriptors <= before.descriptors;
    const hasLeft = steady.connections() + dying.connections() === 0;
    if ((isBack && hasLeft) || Date.now() > deadline) return now;
    await delay(250);
  }
}

const tally: Tally = new Map();
const samples: Sample[] = [];
try {
  await gateway.deploy(
    [HOST],
    [
      pathOf(
        '/steady/{x+}',
        METHODS.map((method) => httpRoute(method, `http://127.0.0.1:${steady.port}`, '/${request.path.x+}')),
      ),
      pathOf(
        '/dying/{x+}',
        METHODS.map((method) => httpRoute(method, `http://127.0.0.1:${dying.port}`, '/${request.path.x+}')),
      ),
    ],
  );
  console.log(`seed ${SEED}`);
  const before = await sample(0);
  const startedAt = performance.now();
  let [done, isOver] = [0, false];
  const client = async (at: number): Promise<void> => {
    const dice = diceOf(SEED + at * 7919);
    while (done < REQUESTS && !isOver) {
      const count = await wander(gateway.port, HOST, dice, tally);
      done += count;
    }
  };
  const watch = async (): Promise<void> => {
    for (let at = 1; at <= SAMPLES && !isOver; at += 1) {
      while (done < (REQUESTS * at) / SAMPLES && !isOver) await delay(50);
      if (done >= (REQUESTS * at) / SAMPLES) samples.push(await sample(done));
      console.log(JSON.stringify(samples.at(-1)));
    }
  };
  const limit = setTimeout(() => (isOver = true), MINUTES * 60_000);
  const all = Promise.all(Array.from({ length: CLIENTS }, (_none, at) => client(at)));
  await Promise.all([all.finally(() => (isOver = true)), watch()]);
  clearTimeout(limit);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const after = await settled(before, done);
  console.table(Object.fromEntries([...tally].toSorted(([one], [other]) => one.localeCompare(other))));
  console.table([before, ...samples, after]);
  const backends = { steady: steady.connections(), dying: dying.connections() };
  console.log(`${done} requests in ${seconds} s; connections left at backends: ${JSON.stringify(backends)}`);
  const report = {
    requests: done,
    seed: SEED,
    seconds,
    node: process.version,
    cpu: cpus()[0]?.model,
    outcomes: Object.fromEntries(tally),
    samples: [before, ...samples, after],
    backends,
  };
  await mkdir('bench/results', { recursive: true });
  await writeFile('bench/results/engine-endurance.json', `${JSON.stringify(report, null, 2)}\n`);
  if (after.connections > before.connections || after.descriptors > before.descriptors)
    throw new Error('connections or descriptors are left behind');
  if (backends.steady + backends.dying > 0) throw new Error('connections to backends are left behind');
} catch (error) {
  console.error(gateway.output().slice(-4_000));
  throw error;
} finally {
  await gateway.stop();
  steady.close();
  dying.close();
}
