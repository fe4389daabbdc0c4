import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Json } from './api.js';
import { STATE_FILE_VARIABLE } from './state-file.js';

/*
 * What the whole test run has seen operations answer, so that at its end it can be demanded that every error an
 * operation declares has really come out of it. Each Jest worker writes a file of its own beside the harness's state.
 */

const seen = new Set<string>();

/**
 * FAIL is what every operation answers for an error of the program itself, in one place for all of them. No call from
 * outside brings one about in an operation without a flaw, so once is enough.
 */
const ONCE = new Set([-1]);

function folder(): string | null {
  const stateFile = process.env[STATE_FILE_VARIABLE];
  return stateFile === undefined ? null : join(dirname(stateFile), 'answers');
}

/** Makes the place where answers are noted. Call it once, before the tests. */
export async function prepareNotes(): Promise<void> {
  const place = folder();
  if (place !== null) await mkdir(place, { recursive: true });
}

/** Notes that an operation has answered with an error. The versions of the API share their operations. */
export function noteAnswer(operationId: string, code: number): void {
  const line = `${operationIdOf(operationId)} ${code}`;
  const place = folder();
  if (seen.has(line) || place === null || !existsSync(place)) return;
  seen.add(line);
  appendFileSync(join(place, `${process.pid}.txt`), `${line}\n`);
}

/** The errors that the OpenAPI document declares and that no answer of this run was, as `operation code`. */
export async function neverProvoked(document: Json): Promise<string[]> {
  const place = folder();
  const noted = new Set<string>();
  for (const name of place === null ? [] : await readdir(place)) {
    for (const line of (await readFile(join(place ?? '', name), 'utf8')).trim().split('\n')) noted.add(line);
  }
  const codes = new Set([...noted].map((line) => Number(line.split(' ')[1])));
  const declared = new Set<string>();
  for (const item of Object.values<Json>(document.paths)) {
    for (const operation of Object.values<Json>(item)) {
      for (const { code } of operation['x-error-codes'] ?? []) {
        if (!(ONCE.has(code) && codes.has(code))) declared.add(`${operationIdOf(operation.operationId)} ${code}`);
      }
    }
  }
  return [...declared].filter((line) => !noted.has(line)).toSorted();
}

function operationIdOf(operationId: string): string {
  return operationId.replace(/V2$/, '');
}
