import { isMembers, keepable } from './redaction.rules.js';

/** What a change has made of what: the parts that differ, without secrets. Null: there was, or is, nothing. */
export interface Difference {
  readonly before: unknown;
  readonly after: unknown;
}

/** A member that differs from an absent one. */
const ABSENT = Symbol('absent');

/**
 * The parts of two answers that differ, as they are kept. In lists, entries that have an id (or a plugin type) are
 * compared with their counterpart; those that differ are named by it.
 */
export function differenceOf(before: object | null, after: object | null): Difference {
  if (before === null || after === null) return { before: keepable(before), after: keepable(after) };
  const [changedFrom, changedTo] = partsThatDiffer(before, after) ?? [{}, {}];
  return { before: keepable(changedFrom), after: keepable(changedTo) };
}

/** Null: they are equal. */
function partsThatDiffer(before: unknown, after: unknown): [unknown, unknown] | null {
  if (isMembers(before) && isMembers(after)) return membersThatDiffer(before, after);
  if (Array.isArray(before) && Array.isArray(after)) return entriesThatDiffer(before, after);
  return plain(before) === plain(after) ? null : [before, after];
}

/** A value that is no object, as callers get it: dates are texts there. */
function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

function membersThatDiffer(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): [object, object] | null {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.flatMap((name) => {
    const parts = partsThatDiffer(memberOf(before, name), memberOf(after, name));
    return parts ? [[name, ...parts] as const] : [];
  });
  if (differing.length === 0) return null;
  const side = (at: 1 | 2) =>
    Object.fromEntries(differing.flatMap((one) => (one[at] === ABSENT ? [] : [[one[0], one[at]]])));
  return [side(1), side(2)];
}

function memberOf(members: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : ABSENT;
}

function entriesThatDiffer(before: readonly unknown[], after: readonly unknown[]): [unknown, unknown] | null {
  const [named, namedAfter] = [byName(before), byName(after)];
  if (!named || !namedAfter) return JSON.stringify(before) === JSON.stringify(after) ? null : [before, after];
  const changes = [...new Set([...named.keys(), ...namedAfter.keys()])].flatMap((name) => {
    const [from, to] = [named.get(name), namedAfter.get(name)];
    if (!from || !to) return [[from, to] as const];
    const parts = membersThatDiffer(from, to);
    return parts
      ? [
          [
            { ...nameOf(from), ...parts[0] },
            { ...nameOf(to), ...parts[1] },
          ] as const,
        ]
      : [];
  });
  if (changes.length === 0) return null;
  return [changes.flatMap(([from]) => from ?? []), changes.flatMap(([, to]) => to ?? [])];
}

/** The entries of a list by what names them; null when something does not. */
function byName(list: readonly unknown[]): Map<string, Readonly<Record<string, unknown>>> | null {
  const named = new Map<string, Readonly<Record<string, unknown>>>();
  for (const entry of list) {
    const name = isMembers(entry) ? JSON.stringify(nameOf(entry)) : '{}';
    if (!isMembers(entry) || name === '{}' || named.has(name)) return null;
    named.set(name, entry);
  }
  return named;
}

/** The members that name an entry: its plugin type, else the first of its ids. */
function nameOf(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const name = 'pluginType' in entry ? 'pluginType' : Object.keys(entry).find((key) => key.endsWith('Id'));
  return name === undefined ? {} : { [name]: entry[name] };
}
