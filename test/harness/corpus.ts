import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The folder of the corpus. */
export const CORPUS = new URL('../../../shared/swagger-corpus/', import.meta.url);

/** Whether the corpus of real Swagger files stands beside the project; a fresh clone does not have it. */
export const hasCorpus = existsSync(CORPUS);

if (!hasCorpus) console.warn(`Tests with real Swagger files are skipped: ${fileURLToPath(CORPUS)} is not there`);

/** A file of the corpus as it stands. */
export function readCorpusText(name: string): Promise<string> {
  return readFile(new URL(name, CORPUS), 'utf8');
}

/** A document of the corpus. @throws YAMLParseError for the files that are no YAML. */
export async function readCorpusDocument(name: string): Promise<object> {
  const text = await readCorpusText(name);
  return (name.endsWith('.json') ? JSON.parse(text) : parse(text, { maxAliasCount: -1 })) as object;
}
