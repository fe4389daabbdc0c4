import type { ErrorDetail } from '../errors/index.js';

/** What PostgreSQL cannot keep in a text: the NUL character and halves of a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;
const MESSAGE = 'has a character that cannot be stored (NUL or half of a surrogate pair)';

/** Whether PostgreSQL can keep a text. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** A fault for every text in parsed JSON, keys included, that cannot be stored. `field` is the place of `value`. */
export function textFaults(value: unknown, property: string, field = ''): ErrorDetail[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ property, field, message: MESSAGE }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textFaults(item, property, `${field}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!isStorable(key)) return [{ property, field, message: `a field of it ${MESSAGE}` }];
    return textFaults(inner, property, field === '' ? key : `${field}.${key}`);
  });
}
