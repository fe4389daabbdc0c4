import { isDeepStrictEqual } from 'node:util';
import type { ExpectedOutput } from './markdown.js';

/** Stands for whatever is there: in a line, as a line of its own for lines, in JSON for a value or for more members. */
const ANYTHING = '…';

/** Whether what was printed is what a document shows; without an expectation nothing may have been printed. */
export function isAsShown(printed: string, expected: ExpectedOutput | null): boolean {
  if (expected === null) return printed === '';
  if (expected.language === 'text') return textPattern(expected.text).test(printed.trimEnd());
  return isJsonAsShown(parse(printed), JSON.parse(expected.text));
}

function textPattern(text: string): RegExp {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => (line === ANYTHING ? '[^]*' : line.split(ANYTHING).map(literal).join('.*')));
  return new RegExp(`^${lines.join('\n')}$`);
}

function literal(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

function parse(printed: string): unknown {
  try {
    return JSON.parse(printed);
  } catch {
    return undefined;
  }
}

function isJsonAsShown(actual: unknown, shown: unknown): boolean {
  if (shown === ANYTHING) return actual !== undefined;
  if (typeof shown === 'string') return typeof actual === 'string' && textPattern(shown).test(actual);
  if (Array.isArray(shown)) return Array.isArray(actual) && isListAsShown(actual, shown);
  if (typeof shown !== 'object' || shown === null) return isDeepStrictEqual(actual, shown);
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
  const { [ANYTHING]: more, ...members } = shown as Record<string, unknown>;
  const names = Object.keys(members);
  if (more === undefined && Object.keys(actual).length !== names.length) return false;
  return names.every((name) => isJsonAsShown((actual as Record<string, unknown>)[name], members[name]));
}

function isListAsShown(actual: readonly unknown[], shown: readonly unknown[]): boolean {
  const isOpen = shown.length > 1 && shown.at(-1) === ANYTHING;
  const items = isOpen ? shown.slice(0, -1) : shown;
  if (isOpen ? actual.length < items.length : actual.length !== items.length) return false;
  return items.every((item, index) => isJsonAsShown(actual[index], item));
}
