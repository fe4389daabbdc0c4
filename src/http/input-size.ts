import type { ErrorDetail } from '../errors/index.js';

/** How much a request may hold. Reading it as its class costs far more than its bytes, and blocks the process. */
export const inputLimits = Object.freeze({
  /** Entries of a list. */
  listEntries: 1000,
  /** Fields of an object. */
  fields: 200,
  /** Objects and lists, the caller's own JSON left out. */
  containers: 5000,
  /** Values of all kinds, wherever they stand. */
  values: 40_000,
});

/**
 * The first fault of a plain object that holds too much to be read as a request class; null when it does not.
 * `freeFields` are those of its fields that hold JSON of the caller's own shape: only their values are counted.
 */
export function sizeFault(plain: object, freeFields: ReadonlySet<string>, property: string): ErrorDetail | null {
  const counted = { containers: 0, values: 0 };
  return faultIn(plain, '', (value, field) => {
    const isFree = freeFields.has(field.split(/[.[]/, 1)[0] ?? '');
    const message = messageFor(value, isFree, counted);
    return message === null ? null : { property, field, message };
  });
}

type Visit = (value: unknown, field: string) => ErrorDetail | null;

/** What `visit` says first of a value and all that stands in it. Bodies are nested a bounded number of levels. */
function faultIn(value: unknown, field: string, visit: Visit): ErrorDetail | null {
  const fault = visit(value, field);
  if (fault !== null || typeof value !== 'object' || value === null) return fault;
  const isList = Array.isArray(value);
  for (const key of isList ? value.keys() : Object.keys(value)) {
    const below = field === '' ? String(key) : `${field}.${key}`;
    const innerFault = faultIn(Reflect.get(value, key), isList ? `${field}[${key}]` : below, visit);
    if (innerFault !== null) return innerFault;
  }
  return null;
}

function messageFor(value: unknown, isFree: boolean, counted: { containers: number; values: number }): string | null {
  counted.values += 1;
  if (counted.values > inputLimits.values) return `is one of more than ${inputLimits.values} values of the request`;
  if (isFree || typeof value !== 'object' || value === null) return null;
  counted.containers += 1;
  if (counted.containers > inputLimits.containers) {
    return `is one of more than ${inputLimits.containers} objects and lists of the request`;
  }
  if (Array.isArray(value)) {
    const { listEntries } = inputLimits;
    return value.length > listEntries ? `must contain no more than ${listEntries} elements` : null;
  }
  const { fields } = inputLimits;
  return Object.keys(value).length > fields ? `must not have more than ${fields} fields` : null;
}
