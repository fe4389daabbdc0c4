import { RE2JS } from 're2js';
import { inside } from '../kernel/json-pointer.js';

/*
 * The patterns of models come from API owners, the texts that are held against them from anybody. An engine that
 * tries one way after the other takes for ever on some of both (`^(a+)+$`); RE2 takes time in proportion to the text.
 */

/**
 * Bounds of a pattern, and of all those of a schema: its length times the counts that it repeats things by. It bounds
 * the size of the compiled pattern; at the bound of a schema compiling takes some tenths of a second.
 */
const MAX_PATTERN_WEIGHT = 100_000;
const MAX_SCHEMA_WEIGHT = 500_000;

/** Keywords whose value is a map of schemas by name, and those whose value is no schema at all. */
const MAPS = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);
const VALUES = new Set(['enum', 'default', 'example', 'examples']);

/** A pattern in a schema; `pointer` is the JSON pointer of its place. */
export interface SchemaPattern {
  readonly pointer: string;
  readonly pattern: string;
}

/** Tests texts, each in time that is in proportion to it. */
export interface PatternTest {
  test(text: string): boolean;
}

/**
 * Compiles a pattern of a schema: written as for JavaScript, matched as RE2 does.
 * @throws Error for what is no pattern, and for what RE2 cannot hold: look-around and back-references.
 */
export function compilePattern(pattern: string): PatternTest {
  if (weightOf(pattern) > MAX_PATTERN_WEIGHT) throw new Error('the pattern is too large');
  return RE2JS.compile(RE2JS.translateRegExp(pattern));
}

/** What keeps patterns of a schema from being compiled, each with its place. */
export function patternFaults(schema: unknown): { pointer: string; message: string }[] {
  let weight = 0;
  return patternsOf(schema).flatMap(({ pointer, pattern }) => {
    weight += weightOf(pattern);
    if (weight > MAX_SCHEMA_WEIGHT) return [{ pointer, message: 'the patterns of the schema are too large together' }];
    const message = faultOf(pattern);
    return message === null ? [] : [{ pointer, message }];
  });
}

function faultOf(pattern: string): string | null {
  try {
    compilePattern(pattern);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '').slice(0, 100);
    return `must be a pattern that RE2 holds, without look-around and back-references (${reason})`;
  }
}

function weightOf(pattern: string): number {
  const counts = Array.from(pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g), ([, least, most]) =>
    Number(most || least),
  );
  return (
    pattern.length *
    Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    )
  );
}

/** Every pattern of a schema, its definitions included. */
function patternsOf(schema: unknown): SchemaPattern[] {
  const found: SchemaPattern[] = [];
  const pending: { value: unknown; pointer: string; isMap: boolean }[] = [{ value: schema, pointer: '', isMap: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, pointer, isMap } = next;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      const at = inside(pointer, key);
      if (!isMap && key === 'pattern' && typeof member === 'string') found.push({ pointer: at, pattern: member });
      if (!isMap && key === 'patternProperties' && isObject(member)) {
        found.push(...Object.keys(member).map((pattern) => ({ pointer: inside(at, pattern), pattern })));
      }
      if (isMap || !VALUES.has(key)) pending.push({ value: member, pointer: at, isMap: !isMap && MAPS.has(key) });
    }
  }
  return found;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
