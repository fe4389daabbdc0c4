import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '../../../src/kernel/ids.js';
import { isAsShown } from './expected.js';
import type { ShellBlock } from './markdown.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const TIME_LIMIT_MS = 120_000;

/** Whoever waits for a document has to give it this long. */
export const DOCUMENT_TIME_MS = TIME_LIMIT_MS + 10_000;

/**
 * Runs blocks one after the other in one bash, from the folder of the project, as a reader does who copies them; it
 * stops at the first command that fails. Gives each difference between what is printed and what the document shows.
 */
export async function differences(
  blocks: readonly ShellBlock[],
  environment: Readonly<Record<string, string>>,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-docs-'));
  try {
    const marker = `end of block ${newId()}`;
    const script = join(folder, 'blocks.sh');
    await writeFile(script, scriptOf(blocks, marker));
    const { printed, code } = await run(script, { ...environment, TMPDIR: folder, HOME: folder });
    const outputs = printed.split(`\n${marker}\n`);
    const done = outputs.slice(0, -1);
    const faults = done.flatMap((output, index) => faultOf(blocks[index], output));
    if (done.length === blocks.length && code === 0) return faults;
    const place = placeOf(blocks[done.length]);
    return [...faults, `${place} ended with ${code ?? 'its time over'} and printed:\n${outputs.at(-1)}`];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function scriptOf(blocks: readonly ShellBlock[], marker: string): string {
  const ends = blocks.map(({ code }) => `${code}printf '\\n%s\\n' '${marker}'\n`);
  return `exec 2>&1\n${ends.join('')}`;
}

function faultOf(block: ShellBlock | undefined, printed: string): string[] {
  if (!block || isAsShown(printed, block.expected)) return [];
  return [`${placeOf(block)} printed:\n${printed}\nand not:\n${block.expected?.text ?? '(nothing)'}`];
}

function placeOf(block: ShellBlock | undefined): string {
  return block ? `${block.file}:${block.line}` : 'the end of the document';
}

/** What the script starts in the background ends with it, also when a step fails. */
async function run(script: string, environment: Record<string, string>) {
  const shell = spawn('bash', ['-euo', 'pipefail', script], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
  });
  const pieces: Buffer[] = [];
  shell.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  shell.stderr.on('data', (piece: Buffer) => pieces.push(piece));
  const timer = setTimeout(() => endGroup(shell.pid), TIME_LIMIT_MS);
  const [code] = (await once(shell, 'exit')) as [number | null];
  clearTimeout(timer);
  endGroup(shell.pid);
  if (!shell.stdout.closed) await once(shell.stdout, 'close');
  return { printed: Buffer.concat(pieces).toString('utf8'), code };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
