import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { STATE_FILE_VARIABLE } from './state-file.js';

/*
 * What the processes of a test run have printed, and every secret that the run has made, so that at its end it can be
 * demanded that no secret was printed. Both stand beside the harness's state, where all Jest workers write.
 */

/** Shorter ones are none: a log may hold them by chance. */
const MIN_LENGTH = 10;
/** Fields of requests and answers that hold secrets. On v1.0 an appKey is all that a caller needs. */
const SECRET_FIELDS = new Set([
  'appKey',
  'primaryApiKey',
  'secondaryApiKey',
  'secretKey',
  'accessKeySecret',
  'secret',
  'access_token',
]);
/** The lines of a first start are what tells people their keys. */
const FIRST_START =
  /^.*(?:made the first project; its appKey is|made the first administrator; its|Gatewright is ready).*$/gm;

const noted = new Set<string>();

/** The folder of a run; null where no run has been set up. */
function runFolder(): string | null {
  const stateFile = process.env[STATE_FILE_VARIABLE];
  return stateFile === undefined ? null : dirname(stateFile);
}

/** Makes the places where logs and secrets are noted. Call it once, before processes are started. */
export async function prepareLogs(folder: string): Promise<void> {
  for (const part of ['logs', 'secrets']) await mkdir(join(folder, part), { recursive: true });
}

/** Notes a piece of what a process has printed; each process has a file of its own. */
export function noteOutput(name: string, piece: string, folder = runFolder()): void {
  if (folder !== null && existsSync(join(folder, 'logs'))) appendFileSync(join(folder, 'logs', `${name}.log`), piece);
}

/** Notes secrets that no log may hold. */
export function noteSecrets(secrets: readonly string[], folder = runFolder()): void {
  if (folder === null || !existsSync(join(folder, 'secrets'))) return;
  const fresh = secrets.filter((secret) => secret.length >= MIN_LENGTH && !noted.has(`${folder} ${secret}`));
  for (const secret of fresh) noted.add(`${folder} ${secret}`);
  const lines = fresh.map((secret) => `${JSON.stringify(secret)}\n`);
  if (lines.length > 0) appendFileSync(join(folder, 'secrets', `${process.pid}.txt`), lines.join(''));
}

/** Notes the secrets in a body that was sent or answered: a value, or JSON as a text. */
export function noteSecretsIn(body: unknown): void {
  if (runFolder() === null) return;
  const found: string[] = [];
  const pending = [typeof body === 'string' ? parsedOrNull(body) : body];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    // Bytes have a member for each: of 8 MB that takes ten seconds.
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) continue;
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'string' && SECRET_FIELDS.has(name) && !member.startsWith('****')) found.push(member);
      else if (typeof member === 'object' && member !== null) pending.push(member);
    }
  }
  noteSecrets(found);
}

/** The secrets of a run that its logs hold, each with the log and the line. */
export async function loggedSecrets(folder: string): Promise<string[]> {
  const beginnings = new Map<string, string[]>();
  for (const text of await filesIn(join(folder, 'secrets'))) {
    for (const line of text.content.trim().split('\n')) {
      const secret = JSON.parse(line) as string;
      const beginning = secret.slice(0, MIN_LENGTH);
      beginnings.set(beginning, [...(beginnings.get(beginning) ?? []), secret]);
    }
  }
  const logs = await filesIn(join(folder, 'logs'));
  return logs.flatMap(({ name, content }) => findIn(name, content.replaceAll(FIRST_START, ''), beginnings));
}

function findIn(name: string, log: string, beginnings: ReadonlyMap<string, readonly string[]>): string[] {
  const found = new Set<string>();
  for (let at = 0; at + MIN_LENGTH <= log.length; at += 1) {
    const secrets = beginnings.get(log.slice(at, at + MIN_LENGTH)) ?? [];
    for (const secret of secrets.filter((one) => log.startsWith(one, at))) {
      const line = log.slice(log.lastIndexOf('\n', at) + 1, log.indexOf('\n', at + secret.length) >>> 0);
      found.add(`${name}: ${line.slice(0, 500)}`);
    }
  }
  return [...found];
}

async function filesIn(folder: string): Promise<{ name: string; content: string }[]> {
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => ({ name, content: await readFile(join(folder, name), 'utf8') })));
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Tests send what is no JSON on purpose.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
