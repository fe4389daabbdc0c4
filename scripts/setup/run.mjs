import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Absolute path of the project, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs a program in the project folder to its end, its output going to ours.
 * @param {string} file
 * @param {readonly string[]} argv
 * @param {{ environment?: Record<string, string>, cwd?: string, isQuiet?: boolean }} [options]
 *   isQuiet: show the output only when it fails.
 * @throws {Error} when it cannot be started or ends with another code than 0.
 */
export async function run(file, argv, { environment = {}, cwd = ROOT, isQuiet = false } = {}) {
  const stdio = isQuiet ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(file, argv, { cwd, stdio, env: { ...process.env, ...environment } });
  const pieces = [];
  child.stdout?.on('data', (piece) => pieces.push(piece));
  child.stderr?.on('data', (piece) => pieces.push(piece));
  const [code, signal] = await once(child, 'close');
  if (code === 0) return;
  const output = pieces.length > 0 ? `\n${Buffer.concat(pieces).toString('utf8').trimEnd()}` : '';
  throw new Error(`${[file, ...argv].join(' ')} ended with ${signal ?? `exit code ${code}`}${output}`);
}

/**
 * Runs a JavaScript program of the project or of one of its packages with this Node.
 * @param {string} script path below the project folder
 * @param {readonly string[]} argv
 * @param {Parameters<typeof run>[2]} [options]
 */
export async function runNode(script, argv = [], options = {}) {
  await run(process.execPath, [`${ROOT}${script}`, ...argv], options);
}

/** Runs the main function of a script; a failure is one message and exit code 1. */
export async function main(program) {
  try {
    await program();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
