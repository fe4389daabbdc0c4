import { createHash } from 'node:crypto';
import type { Steps } from './steps.js';

/** JSON text of a value with the keys of every object sorted, so that equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/**
 * A value with the keys of every object sorted; what is sorted already is not copied. JSON.stringify could do it by a
 * function that it calls for each member, and takes four times as long then.
 */
function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('toJSON' in value && typeof value.toJSON === 'function') return sorted((value as { toJSON(): unknown }).toJSON());
  return Array.isArray(value) ? sortedList(value) : sortedMembers(value as Readonly<Record<string, unknown>>);
}

function sortedList(list: readonly unknown[]): readonly unknown[] {
  const items = list.map(sorted);
  return items.every((item, at) => item === list[at]) ? list : items;
}

function sortedMembers(members: Readonly<Record<string, unknown>>): object {
  const names = Object.keys(members);
  let isSame = names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name);
  const copy: Record<string, unknown> = {};
  for (const name of isSame ? names : names.toSorted()) {
    const value = sorted(members[name]);
    isSame &&= value === members[name];
    // Assigned, it would be no member.
    if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true });
    else copy[name] = value;
  }
  return isSame ? members : copy;
}

/** SHA-256 of the canonical JSON of a value, in hex. */
export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** How deep a value is taken apart: a list in a member of the whole goes item by item. */
const DEPTH = 2;

/** How much text is gathered before it is given on. */
const PART_LENGTH = 32_768;

/** {@link contentHash} of a JSON value, in pieces; `textOf` gives the canonical JSON of what is not taken apart. */
export function* contentHashSteps(value: unknown, textOf: (part: unknown) => string = canonicalJson): Steps<string> {
  const hash = createHash('sha256');
  yield* canonicalPartsSteps(value, (text) => hash.update(text), textOf);
  return hash.digest('hex');
}

/** Gives {@link canonicalJson} of a JSON value to `onPart`, part by part. */
export function* canonicalPartsSteps(
  value: unknown,
  onPart: (text: string) => void,
  textOf: (part: unknown) => string = canonicalJson,
): Steps<void> {
  let text = '';
  for (const piece of canonicalPieces(value, DEPTH, textOf)) {
    text += piece;
    if (text.length >= PART_LENGTH) {
      onPart(text);
      text = '';
    }
    yield;
  }
  onPart(text);
}

/** Canonical JSON that is written once for each object. The objects must not change. */
export class CanonicalTexts {
  private readonly texts = new WeakMap<object, string>();

  /** {@link canonicalJson} of a value. */
  readonly of = (value: unknown): string => {
    if (value === null || typeof value !== 'object') return canonicalJson(value);
    const known = this.texts.get(value);
    if (known !== undefined) return known;
    const text = canonicalJson(value);
    this.texts.set(value, text);
    return text;
  };
}

function* canonicalPieces(value: unknown, depth: number, textOf: (part: unknown) => string): Generator<string> {
  if (depth > 0 && Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      const mark = at === 0 ? '[' : ',';
      // Of thousands of items that are not taken apart, each is one piece and no generator.
      if (depth === 1) yield mark + textOf(item);
      else {
        yield mark;
        yield* canonicalPieces(item, depth - 1, textOf);
      }
    }
    yield value.length === 0 ? '[]' : ']';
  } else if (depth > 0 && isPlainObject(value)) {
    const members = Object.entries(withSortedKeys(value));
    for (const [at, [key, member]] of members.entries()) {
      yield `${at === 0 ? '{' : ','}${JSON.stringify(key)}:`;
      yield* canonicalPieces(member, depth - 1, textOf);
    }
    yield members.length === 0 ? '{}' : '}';
  } else {
    yield textOf(value);
  }
}

function isPlainObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function withSortedKeys(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
