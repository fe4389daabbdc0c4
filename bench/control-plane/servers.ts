import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../../src/main/dev/free-port.js';

const ROOT = new URL('../../', import.meta.url);
const LOADER = new URL('scripts/typescript-loader.mjs', ROOT).href;
const START_TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;
/** Of /proc: a hundredth of a second. */
const TICK_US = 10_000;

/** The core of the server that is measured; everything else has the other one. */
const SERVER_CORE = '0';
const OTHER_CORE = '1';

/** A server under load, on a core of its own. */
export interface Server {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Keeps this process, and what it starts from now on, off the core of the servers. False where that cannot be done. */
export function leaveServerCore(): boolean {
  return spawnSync('taskset', ['-acp', OTHER_CORE, String(process.pid)]).status === 0;
}

/** Starts a program of TypeScript, or of the build, pinned to the core of the servers; waits until it answers. */
export async function startServer(
  program: string,
  variables: Record<string, string>,
  { isPinned, nodeFlags = [] }: { isPinned: boolean; nodeFlags?: readonly string[] },
): Promise<Server> {
  const port = await findFreePort('127.0.0.1');
  const file = fileURLToPath(new URL(program, ROOT));
  const node = [process.execPath, ...nodeFlags, ...(file.endsWith('.ts') ? ['--import', LOADER] : []), file];
  const [command = '', ...argv] = isPinned ? ['taskset', '-c', SERVER_CORE, ...node] : node;
  const child = spawn(command, argv, {
    env: { PATH: process.env['PATH'], ...variables, PORT: String(port), HOST: '127.0.0.1' },
    // As in production, what is logged is written; nobody reads it.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilAnswering(child, url);
  return { url, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function waitUntilAnswering(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.status === 200) return;
    await delay(POLL_INTERVAL_MS);
  }
  child.kill('SIGKILL');
  throw new Error(`${url} did not answer`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Processor time that a process has taken so far, in microseconds; null without /proc. */
export async function cpuUsOf(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // User and system time are the 12th and 13th field behind the name, which stands in brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return stat === null ? null : (Number(fields[11]) + Number(fields[12])) * TICK_US;
}
