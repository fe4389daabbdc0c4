import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterFolder } from './cluster-folder.js';
import { readIfThere } from './files.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runProgram, spawnAs } from './run-program.js';

/** The address that an embedded server listens on. */
export const SERVER_HOST = '127.0.0.1';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_SECONDS = 15;
const POLL_INTERVAL_MS = 10;
const LOG_TAIL_LINES = 15;
const LOG_FILE_MODE = 0o600;

/** A cluster together with the programs that serve it. */
export interface ServerFiles extends ClusterFolder {
  readonly binaries: PostgresBinaries;
  readonly logFile: string;
}

/** What a server says about itself in its postmaster.pid. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

/**
 * The server that runs on a cluster, also one that somebody else started; null when none runs.
 * Lines of postmaster.pid: pid, data folder, start time, port, socket folder, address, shared memory, status.
 */
export async function runningServer(folder: ClusterFolder): Promise<RunningServer | null> {
  const text = await readIfThere(join(folder.path, 'postmaster.pid'));
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  return { pid, port: Number(lines[3] ?? 0), isReady: lines[7]?.trim() === 'ready' };
}

/** Whether a process runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Starts a server on `port` and waits until it accepts connections.
 * It gets a process group of its own: Ctrl-C in a terminal must not end it before those who use it.
 * @param settings PostgreSQL settings by name.
 * @throws Error with the last lines of its log when it ends instead.
 */
export async function launchServer(
  files: ServerFiles,
  port: number,
  settings: Readonly<Record<string, string | number>>,
): Promise<ChildProcess> {
  const argv = ['-D', files.path, '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) argv.push('-c', `${name}=${value}`);
  const log = await open(files.logFile, 'a', LOG_FILE_MODE);
  try {
    const stdio = ['ignore', log.fd, log.fd] as const;
    const child = spawnAs(files.account, files.binaries.postgres, argv, { stdio: [...stdio], detached: true });
    await once(child, 'spawn');
    await waitUntilReady(files, child);
    return child;
  } finally {
    await log.close();
  }
}

async function waitUntilReady(files: ServerFiles, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`PostgreSQL did not start:\n${await readLogTail(files.logFile)}`);
    }
    const server = await runningServer(files);
    if (server?.pid === child.pid && server?.isReady) return;
    await delay(POLL_INTERVAL_MS);
  }
  await stopServer(files);
  throw new Error(`PostgreSQL was not ready after ${START_TIMEOUT_MS} ms:\n${await readLogTail(files.logFile)}`);
}

/**
 * Ends the server of a cluster and waits for it: clients are cut off, the data are written out; when that
 * takes too long it ends as in a power cut, which the next start repairs. Does nothing when none runs.
 * @throws Error when it is still running then.
 */
export async function stopServer({ path, account, binaries }: ServerFiles): Promise<void> {
  for (const mode of ['fast', 'immediate']) {
    if ((await runningServer({ path, account })) === null) return;
    await runProgram(account, binaries.pgCtl, ['stop', '-D', path, '-m', mode, '-t', String(STOP_TIMEOUT_SECONDS)]);
  }
  const server = await runningServer({ path, account });
  if (server) throw new Error(`PostgreSQL (process ${server.pid}) cannot be stopped`);
}

/** The last lines of a log file; empty when there is none. */
export async function readLogTail(file: string): Promise<string> {
  const text = (await readIfThere(file)) ?? '';
  return text.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}
