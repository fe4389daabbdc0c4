import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type ShellBlock, shellBlocks } from './markdown.js';

const ROOT = new URL('../../../', import.meta.url);

/** Every document that people read, by its path from the root of the project. */
export async function listDocuments(): Promise<string[]> {
  const docs = await readdir(new URL('docs', ROOT), { recursive: true });
  const pages = docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', ...pages].toSorted();
}

/** The text of a document. */
export function readDocument(file: string): Promise<string> {
  return readFile(new URL(file, ROOT), 'utf8');
}

/** The absolute path of a file of the project. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, ROOT));
}

/** The shell blocks of a document. */
export async function readBlocks(file: string): Promise<ShellBlock[]> {
  return shellBlocks(file, await readDocument(file));
}

/** What a reader of a document runs: those blocks, after those of the document that it says to begin with. */
export async function readTour(file: string): Promise<ShellBlock[]> {
  const [, first] = /^<!-- begins with: (.+) -->$/m.exec(await readDocument(file)) ?? [];
  const before = first === undefined ? [] : await readTour(first);
  const own = await readBlocks(file);
  return [...before, ...own.filter(({ reason, runBy }) => reason === null && runBy === null)];
}
