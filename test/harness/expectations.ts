import { expect } from '@jest/globals';
import { errorCatalog, type ErrorKey, httpStatusOfCode } from '../../src/errors/index.js';
import type { ApiAnswer } from './api.js';

/**
 * Demands that an answer is the error of this key, letter for letter. With `fields`, its errorList has to name these
 * and no others, in any order; without an errorList it names none.
 */
export function expectError(answer: ApiAnswer, key: ErrorKey, fields?: readonly string[]): void {
  const { code, en } = errorCatalog[key];
  expect(answer.body.header).toEqual({ isSuccessful: code === 0, resultCode: code, resultMessage: en });
  expect(answer.status).toBe(httpStatusOfCode(code));
  if (fields === undefined) return;
  const named: string[] = (answer.body.errorList ?? []).map((entry: { errorField: string }) => entry.errorField);
  expect(named.toSorted()).toEqual(fields.toSorted());
}

/** Runs fifty calls at once and counts the answers by result code. */
export async function fiftyAtOnce(call: (index: number) => Promise<ApiAnswer>): Promise<Record<number, number>> {
  const answers = await Promise.all(Array.from({ length: 50 }, (_unused, index) => call(index)));
  const counts: Record<number, number> = {};
  for (const { body } of answers) counts[body.header.resultCode] = (counts[body.header.resultCode] ?? 0) + 1;
  return counts;
}
