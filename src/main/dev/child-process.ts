import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { statIfThere } from './files.js';

const EXIT_WITH_PARENT = new URL('exit-with-parent.js', import.meta.url);
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const TAIL_LINES = 15;
const READY_TIMEOUT_MS = 60_000;
const POLL_INTERVAL_MS = 25;
const PROBE_TIMEOUT_MS = 2000;
const LOG_MODE = 0o600;
/** A line of Nest's logger, or of a logger that writes JSON, that says something is wrong. */
const ALARMING = /\b(WARN|ERROR|FATAL)\b|"level":"(warn|error|fatal)"/;

/** What a child process is started with. */
export interface ChildOptions {
  /** What people call it; the prefix of its lines. */
  readonly name: string;
  /** The compiled program. */
  readonly program: URL;
  /** What Node is started with. */
  readonly nodeFlags: readonly string[];
  /** Variables beside those of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets everything that it writes. */
  readonly logFile: string;
  /** Told what should be seen at once: warnings and errors. */
  readonly say: (line: string) => void;
}

/** A running child process of ours. */
export interface Child {
  readonly name: string;
  /** Resolves when it has ended, with how, in words. */
  readonly ended: Promise<string>;
  readonly logFile: string;
  /** The last lines that it wrote. */
  tail(): readonly string[];
  /**
   * Waits until `url` answers 200.
   * @throws Error when it ends instead or takes too long; the signal's reason when that aborts.
   */
  ready(url: string, signal: AbortSignal): Promise<void>;
  /** Asks it to end, makes it end after `patienceMs`, and resolves when it has. */
  stop(patienceMs: number): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Starts a compiled program of ours with Node. It ends with this process, and has a process group of its own,
 * so that Ctrl-C in a terminal reaches only us and the order of stopping is ours.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  await rotate(options.logFile);
  const argv = ['--import', EXIT_WITH_PARENT.href, ...options.nodeFlags, fileURLToPath(options.program)];
  const child = spawn(process.execPath, argv, {
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  await once(child, 'spawn');
  const tail = follow(child, options);
  const ended = once(child, 'close').then(([code, signal]) =>
    describeEnd(code as number | null, signal as string | null),
  );
  return {
    name: options.name,
    logFile: options.logFile,
    ended,
    tail: () => tail,
    ready: (url, signal) => waitUntilReady(options, ended, url, signal),
    stop: (patienceMs) => stop(child, ended, patienceMs),
    kill: () => child.kill('SIGKILL'),
  };
}

/** One earlier log is kept beside a log that has grown large. */
async function rotate(logFile: string): Promise<void> {
  const stats = await statIfThere(logFile);
  if (stats && stats.size > MAX_LOG_BYTES) await rename(logFile, `${logFile}.1`);
}

function follow(child: ChildProcess, { name, logFile, say }: ChildOptions): readonly string[] {
  const log = createWriteStream(logFile, { flags: 'a', mode: LOG_MODE });
  log.on('error', (error) => say(`cannot write ${logFile}: ${error.message}`));
  const tail: string[] = [];
  const read = (stream: Readable | null, isAlarming: (line: string) => boolean): void => {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      if (tail.push(line) > TAIL_LINES) tail.shift();
      if (isAlarming(line)) say(`${name}: ${line}`);
    });
  };
  read(child.stdout, (line) => ALARMING.test(line));
  read(child.stderr, () => true);
  child.on('close', () => log.end());
  return tail;
}

function describeEnd(code: number | null, signal: string | null): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

async function waitUntilReady(
  { name, logFile }: ChildOptions,
  ended: Promise<string>,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const death = new AbortController();
  void ended.then((how) => death.abort(new Error(`The ${name} ended before it was ready (${how}); see ${logFile}`)));
  const interrupted = AbortSignal.any([signal, death.signal]);
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await answersOk(url))) {
    interrupted.throwIfAborted();
    if (Date.now() > deadline) throw new Error(`The ${name} was not ready after ${READY_TIMEOUT_MS} ms (${url})`);
    await delay(POLL_INTERVAL_MS);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch (error) {
    // fetch reports a refused connection as a TypeError, a timeout as a DOMException: not ready yet.
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

async function stop(child: ChildProcess, ended: Promise<string>, patienceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const isOver = await Promise.race([ended.then(() => true), delay(patienceMs, false, { ref: false })]);
  if (!isOver) child.kill('SIGKILL');
  await ended;
}
