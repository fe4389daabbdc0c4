import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const CORPUS = new URL('../../../shared/swagger-corpus/', import.meta.url);

/** Whether the corpus of real Swagger files stands beside the project; a fresh clone does not have it. */
export const hasCorpus = existsSync(CORPUS);

if (!hasCorpus) console.warn(`Tests with real Swagger files are skipped: ${fileURLToPath(CORPUS)} is not there`);

/** A document of the corpus. */
export async function readCorpusDocument(name: string): Promise<object> {
  const text = await readFile(new URL(name, CORPUS), 'utf8');
  return parse(text, { maxAliasCount: -1 }) as object;
}
