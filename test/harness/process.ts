import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DIST = new URL('../../dist/main/', import.meta.url);
const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 25;

/** A process of the product, run from its build as users run it. */
export interface ProductProcess {
  readonly pid: number;
  readonly url: string;
  readonly port: number;
  /** Everything that it has printed. */
  output(): string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/** Starts `dist/main/<entry>.js` with these variables and waits until /health/ready (or `readyPath`) answers 200. */
export async function startProcess(
  entry: 'control-plane' | 'gateway',
  port: number,
  variables: Record<string, string>,
  readyPath = '/health/ready',
): Promise<ProductProcess> {
  const program = fileURLToPath(new URL(`${entry}.js`, DIST));
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, `${url}${readyPath}`, () => printed.join(''));
  return {
    pid: child.pid ?? 0,
    url,
    port,
    output: () => printed.join(''),
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function waitUntilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    await delay(POLL_INTERVAL_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`${url} did not answer 200; the process printed:\n${output()}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
