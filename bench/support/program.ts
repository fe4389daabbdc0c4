import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const START_TIMEOUT_MS = 20_000;
const POLL_INTERVAL_MS = 20;

// A signal would end this process without what is to run at its end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
// One listener for each program that runs; a benchmark has many.
process.setMaxListeners(0);

/** Sends a signal to a process when this one ends. Gives what takes that back. */
export function endWithThis(pid: number, signal: NodeJS.Signals = 'SIGKILL'): () => void {
  const end = (): void => {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It has ended before.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  process.once('exit', end);
  return () => void process.removeListener('exit', end);
}

/** A program beside the product that listens on a port of 127.0.0.1. */
export interface Program {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

/** How a program is started. */
export interface ProgramStart {
  readonly file: string;
  readonly argv: readonly string[];
  /** The port that it will listen on. */
  readonly port: number;
  readonly variables?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/**
 * Starts a program and waits until its port takes connections. It ends with this process at the latest.
 * @throws Error with what it printed when it ends instead or takes too long.
 */
export async function startProgram({ file, argv, port, variables, folder }: ProgramStart): Promise<Program> {
  const child = spawn(file, argv, {
    cwd: folder,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk));
  await once(child, 'spawn');
  const keepIt = endWithThis(child.pid ?? 0);
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${file} ${argv.join(' ')} does not listen on ${port}:\n${Buffer.concat(printed).toString()}`);
    }
    await delay(POLL_INTERVAL_MS);
  }
  return {
    pid: child.pid ?? 0,
    port,
    stop: async () => {
      await stop(child);
      keepIt();
    },
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Whether a port of 127.0.0.1 takes connections now. */
function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** What a program says of its version, both streams; null when it is not installed. */
export function versionOf(file: string, argument: string): string | null {
  const { error, stdout, stderr } = spawnSync(file, [argument], { encoding: 'utf8' });
  return error ? null : `${stdout}${stderr}`.trim().split('\n')[0]?.trim() || null;
}

/** @throws Error that names the Debian package when a program is missing. */
export function demandProgram(file: string, argument: string, debianPackage: string): string {
  const version = versionOf(file, argument);
  if (version === null) throw new Error(`${file} is missing; Debian's package ${debianPackage} has it`);
  return version;
}
