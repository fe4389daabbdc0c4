import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { noteOutput, noteSecrets } from '../harness/logged-secrets.js';
import { findFreePort } from '../../src/main/dev/free-port.js';

const PROGRAM = fileURLToPath(new URL('../../dist/main/dev.js', import.meta.url));
const HOST = '127.0.0.1';

/** What `npm start` runs, on ports of its own and in a folder of its own. */
export interface StartedStack {
  readonly process: ChildProcess;
  readonly ports: Ports;
  readonly dataDir: string;
  /** Everything that it has printed so far. */
  output(): string;
  /** Resolves with the line that says that everything is ready, rejects when it ends before. */
  readonly ready: Promise<string>;
  /** Resolves with the exit code when it has ended; null after a signal. */
  readonly ended: Promise<number | null>;
}

export interface Ports {
  readonly controlPlane: number;
  readonly gateway: number;
}

/** Two ports that are free now. */
export async function freePorts(): Promise<Ports> {
  return { controlPlane: await findFreePort(HOST), gateway: await findFreePort(HOST) };
}

/** Runs what `npm start` runs once everything is compiled. */
export function startStack(dataDir: string, ports: Ports, variables: Record<string, string> = {}): StartedStack {
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      DATA_DIR: dataDir,
      HOST,
      GATEWAY_HOST: HOST,
      PORT: String(ports.controlPlane),
      GATEWAY_PORT: String(ports.gateway),
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const ready = new Promise<string>((resolve, reject) => {
    const collect = (piece: Buffer): void => {
      printed += piece.toString('utf8');
      noteOutput(`start-${child.pid}`, piece.toString('utf8'));
      const line = /^Gatewright is ready.*$/m.exec(printed)?.[0];
      if (line) resolve(line);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then((code) => reject(new Error(`It ended with ${code} before it was ready:\n${printed}`)));
  });
  // Tests of failing starts wait for the end only.
  ready.catch(() => undefined);
  return { process: child, ports, dataDir, output: () => printed, ready, ended };
}

/** Asks a stack to stop and waits until it has. */
export async function stopStack({ process: child, ended }: StartedStack): Promise<number | null> {
  child.kill('SIGTERM');
  return ended;
}

/** The appKey in the line that says that everything is ready. */
export function appKeyIn(line: string): string {
  const appKey = /appKey (\S+)$/.exec(line)?.[1];
  if (!appKey) throw new Error(`No appKey in: ${line}`);
  noteSecrets([appKey]);
  return appKey;
}

/** The access key in the line that says that everything is ready for the first time. */
export function accessKeyIn(line: string): { id: string; secret: string } {
  const [, id, secret] = /access key of the administrator (\S+) with the secret (\S+),/.exec(line) ?? [];
  if (!id || !secret) throw new Error(`No access key in: ${line}`);
  noteSecrets([secret]);
  return { id, secret };
}

/** The process id of the PostgreSQL of a data folder. */
export async function postgresPid(dataDir: string): Promise<number> {
  const text = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}
