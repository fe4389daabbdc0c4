import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { AppError } from '../../src/errors/index.js';
import type { ImportFailure } from '../../src/modules/resources/import/faults.js';
import { read } from './documents.js';

/** Real documents of public projects, kept beside the project. */
const CORPUS = fileURLToPath(new URL('../../../shared/swagger-corpus/', import.meta.url));
const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => /\.(json|ya?ml)$/.test(file)) : [];
if (files.length === 0) console.warn(`no real documents to import: ${CORPUS} is absent`);

/** The document in a file; null when the file itself is broken, so that nothing could be sent. */
function documentIn(file: string): unknown {
  const text = readFileSync(`${CORPUS}${file}`, 'utf8');
  if (file.endsWith('.json')) return JSON.parse(text);
  try {
    return parse(text, { merge: true, uniqueKeys: false });
  } catch (error) {
    if (error instanceof Error && error.name === 'YAMLParseError') return null;
    throw error;
  }
}

/** What is wrong with a refusal: it must be a 4xx whose details point to the faults. */
function problemsOf({ key, details }: ImportFailure): string[] {
  const { httpStatus } = new AppError(key, details);
  const lost = details.filter(({ field, message }) => !(field.startsWith('/') || /^and \d+ more/.test(message)));
  return [
    ...(httpStatus >= 400 && httpStatus < 500 ? [] : [`the status is ${httpStatus}`]),
    ...(details.length > 0 ? [] : ['there are no details']),
    ...lost.map(({ field }) => `${field} is no pointer`),
  ];
}

const outcomes = new Map<string, string>();

(files.length > 0 ? describe : describe.skip)('a real document', () => {
  it.each(files)('%s is imported, or refused with the places of its faults', async (file) => {
    const document = documentIn(file);
    if (document === null) return;
    const { plan, failure } = await read(document, { maxMethods: 1000 });
    outcomes.set(file, failure?.key ?? 'IMPORTED');
    const operationCount = plan?.report.filter(({ result }) => result === 'IMPORTED').length;
    expect(operationCount).toBe(plan?.methods.filter(({ madeByCors }) => !madeByCors).length);
    expect(failure ? problemsOf(failure) : []).toEqual([]);
  });

  it('is imported unless it breaks a limit or is no Swagger 2.0', () => {
    const imported = [...outcomes].filter(([, outcome]) => outcome === 'IMPORTED');
    expect(imported.length).toBeGreaterThanOrEqual(37);
    for (const expected of [
      'NHN-docs__ja-api-guide-v1.0-L4038.json',
      'go-swagger-go-swagger__issue72.json',
      'swagger-api-swagger-codegen__duplicateOperationIds.yaml',
    ]) {
      expect([expected, outcomes.get(expected)]).toEqual([expected, 'IMPORTED']);
    }
  });
});
