import type { Steps } from '../../../kernel/steps.js';
import { decodeParameter } from '../../rewriting/index.js';

/** How many parameters are looked at between two pauses. */
const PIECE = 5_000;

/** The first of some names that no parameter of a query or form has, letter for letter; null when all are there. */
export function* firstMissing(text: string, names: readonly string[]): Steps<string | null> {
  const missing = new Set(names);
  let at = 0;
  for (let count = 1; at < text.length && missing.size > 0; count += 1) {
    const end = text.indexOf('&', at);
    const parameter = text.slice(at, end < 0 ? undefined : end);
    const equals = parameter.indexOf('=');
    missing.delete(decodeParameter(equals < 0 ? parameter : parameter.slice(0, equals)));
    at += parameter.length + 1;
    if (count % PIECE === 0) yield;
  }
  const [first] = missing;
  return first ?? null;
}
