import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

/** Below node_modules: it goes when the packages go, and with it what was made with them. */
const FOLDER = join(ROOT, 'node_modules', '.cache', 'gatewright');

/**
 * Runs a step unless it has been run for the same input and its result is there.
 * @param {{ name: string, input: string, result: string }} step
 *   input: fingerprint of everything that the step reads; result: path of a file that it makes, below the project folder
 * @param {() => Promise<void>} run
 */
export async function oncePerInput({ name, input, result }, run) {
  const file = join(FOLDER, name);
  if (existsSync(join(ROOT, result)) && (await readIfThere(file)) === input) return;
  await run();
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, input);
}

/** SHA-256 of the contents of some files. */
export async function contentFingerprint(...paths) {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(await readFile(join(ROOT, path)));
  return hash.digest('hex');
}

/** SHA-256 of names, sizes and times of change of all files below a folder; quick, and enough to notice an edit. */
export async function folderFingerprint(folder) {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.toSorted()) {
    const { size, mtimeMs } = await stat(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** The text of a file, null when there is none. */
export async function readIfThere(path) {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
