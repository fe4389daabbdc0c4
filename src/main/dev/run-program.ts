import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { parse } from 'node:path';
import type { Account } from './unprivileged-account.js';

/** Who a program runs as; null is the user of this process. */
export type RunAs = Account | null;

/**
 * Starts a program as another user, in a folder that every user can enter, with an environment that
 * holds nothing but PATH: a PGPORT or PGDATA of the surroundings must not reach the database.
 */
export function spawnAs(account: RunAs, file: string, argv: readonly string[], options: SpawnOptions): ChildProcess {
  const identity = account ? { uid: account.uid, gid: account.gid } : {};
  return spawn(file, argv, {
    cwd: parse(process.cwd()).root,
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, LC_ALL: 'C' },
    ...options,
    ...identity,
  });
}

/** How a program ended: its exit code (null after a signal) and what it wrote, both streams together. */
export interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program to its end.
 * @throws Error when it cannot be started (not found, not allowed).
 */
export async function runProgram(account: RunAs, file: string, argv: readonly string[]): Promise<Outcome> {
  const child = spawnAs(account, file, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  child.stderr?.on('data', (piece: Buffer) => pieces.push(piece));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output: Buffer.concat(pieces).toString('utf8') };
}
