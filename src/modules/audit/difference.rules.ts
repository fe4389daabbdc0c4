import type { Steps } from '../../kernel/steps.js';
import { isMembers, keepable } from './redaction.rules.js';

/** What a change has made of what: the parts that differ, without secrets. Null: there was, or is, nothing. */
export interface Difference {
  readonly before: unknown;
  readonly after: unknown;
}

/** A member that differs from an absent one. */
const ABSENT = Symbol('absent');

/** What two values have that differs, of each. */
type Parts = readonly [unknown, unknown];
type Members = Readonly<Record<string, unknown>>;

/**
 * The parts of two answers that differ, as they are kept, in a step for each entry of their lists. Entries that have an
 * id (or a plugin type) are compared with their counterpart; those that differ are named by it.
 */
export function* differenceSteps(before: object | null, after: object | null): Steps<Difference> {
  if (before === null || after === null) return { before: keepable(before), after: keepable(after) };
  const [changedFrom, changedTo] = (yield* partsThatDiffer(before, after)) ?? [{}, {}];
  return { before: keepable(changedFrom), after: keepable(changedTo) };
}

/** What an operation tells of its change, as it is kept. */
export function toldDifference({ before, after }: Difference): Difference {
  return { before: keepable(before), after: keepable(after) };
}

/** Null: they are equal. */
function* partsThatDiffer(before: unknown, after: unknown): Steps<Parts | null> {
  if (isMembers(before) && isMembers(after)) return yield* membersThatDiffer(before, after);
  if (Array.isArray(before) && Array.isArray(after)) return yield* entriesThatDiffer(before, after);
  return plain(before) === plain(after) ? null : [before, after];
}

/** A value that is no object, as callers get it: dates are texts there. */
function plain(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}

function* membersThatDiffer(before: Members, after: Members): Steps<[object, object] | null> {
  const differing: [string, unknown, unknown][] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const parts = yield* partsThatDiffer(memberOf(before, name), memberOf(after, name));
    if (parts) differing.push([name, ...parts]);
  }
  if (differing.length === 0) return null;
  const side = (at: 1 | 2) =>
    Object.fromEntries(differing.flatMap((one) => (one[at] === ABSENT ? [] : [[one[0], one[at]]])));
  return [side(1), side(2)];
}

function memberOf(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : ABSENT;
}

function* entriesThatDiffer(before: readonly unknown[], after: readonly unknown[]): Steps<Parts | null> {
  const named = yield* byName(before);
  const namedAfter = yield* byName(after);
  if (!named || !namedAfter) return JSON.stringify(before) === JSON.stringify(after) ? null : [before, after];
  const changedFrom: Members[] = [];
  const changedTo: Members[] = [];
  for (const name of new Set([...named.keys(), ...namedAfter.keys()])) {
    yield;
    const [from, to] = [named.get(name), namedAfter.get(name)];
    const parts = from && to ? yield* membersThatDiffer(from, to) : ([from, to] as const);
    if (!parts) continue;
    if (from) changedFrom.push(to ? { ...nameOf(from), ...parts[0] } : from);
    if (to) changedTo.push(from ? { ...nameOf(to), ...parts[1] } : to);
  }
  return changedFrom.length + changedTo.length === 0 ? null : [changedFrom, changedTo];
}

/** The entries of a list by what names them; null when something does not. */
function* byName(list: readonly unknown[]): Steps<Map<string, Members> | null> {
  const named = new Map<string, Members>();
  for (const entry of list) {
    yield;
    const member = isMembers(entry) ? namingMember(entry) : undefined;
    if (!isMembers(entry) || member === undefined) return null;
    const name = `${member} ${JSON.stringify(entry[member])}`;
    if (named.has(name)) return null;
    named.set(name, entry);
  }
  return named;
}

/** The member that names an entry: its plugin type, else the first of its ids. */
function namingMember(entry: Members): string | undefined {
  return 'pluginType' in entry ? 'pluginType' : Object.keys(entry).find((key) => key.endsWith('Id'));
}

function nameOf(entry: Members): Members {
  const member = namingMember(entry);
  return member === undefined ? {} : { [member]: entry[member] };
}
