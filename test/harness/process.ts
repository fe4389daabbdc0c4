import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { memoryVariablesOf, nodeFlagsOf, type Program } from '../../src/main/node-flags.js';
import { noteOutput } from './logged-secrets.js';

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
  /** Asks it to stop and waits until it has. Gives its exit code, null when a signal has ended it. */
  stop(): Promise<number | null>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<number | null>;
}

/**
 * Starts `dist/main/<entry>.js` with these variables and waits until /health/ready (or `readyPath`) answers 200; over TLS
 * when the certificate of an `authority` is given.
 */
export async function startProcess(
  entry: Program,
  port: number,
  variables: Record<string, string>,
  readyPath = '/health/ready',
  authority?: string,
): Promise<ProductProcess> {
  const { child, output } = spawnEntry(entry, variables);
  const url = `${authority === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  await waitUntilReady(child, `${url}${readyPath}`, output, authority);
  return {
    pid: child.pid ?? 0,
    url,
    port,
    output,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

/** Runs `dist/main/<entry>.js` with these variables until it ends by itself; gives its exit code and what it printed. */
export async function runProcessToEnd(
  entry: Program,
  variables: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const { child, output } = spawnEntry(entry, variables);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: output() };
}

function spawnEntry(entry: Program, variables: Record<string, string>): { child: ChildProcess; output: () => string } {
  const program = fileURLToPath(new URL(`${entry}.js`, DIST));
  const child = spawn(process.execPath, [...nodeFlagsOf(entry), program], {
    env: { PATH: process.env.PATH, NO_COLOR: '1', ...memoryVariablesOf(entry), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  const collect = (chunk: Buffer): void => {
    printed.push(chunk.toString());
    noteOutput(`${entry}-${child.pid}`, chunk.toString());
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { child, output: () => printed.join('') };
}

async function waitUntilReady(
  child: ChildProcess,
  url: string,
  output: () => string,
  authority: string | undefined,
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if ((await statusOf(url, authority)) === 200) return;
    await delay(POLL_INTERVAL_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`${url} did not answer 200; the process printed:\n${output()}`);
}

/** The status of an answer; null without one. */
function statusOf(url: string, authority: string | undefined): Promise<number | null> {
  return new Promise((resolve) => {
    const options = { agent: false, ...(authority === undefined ? {} : { ca: authority }) } as const;
    const request = (authority === undefined ? http : https).get(url, options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? null));
      answer.on('error', () => resolve(null));
    });
    request.on('error', () => resolve(null));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}
