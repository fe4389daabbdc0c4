import type { ErrorDetail } from '../errors/index.js';

const MESSAGE = 'is no field of this request';

/**
 * A fault for every field that is named as something that all objects have (`constructor`, `toString`): class-transformer
 * leaves such fields out silently, where others that a request does not have are refused. `freeFields` are those of the
 * fields that hold JSON of the caller's own shape. Bodies are nested a bounded number of levels.
 */
export function inheritedNameFaults(
  plain: object,
  freeFields: ReadonlySet<string>,
  property: string,
  place = '',
): ErrorDetail[] {
  return Object.entries(plain).flatMap(([name, value]: [string, unknown]): ErrorDetail[] => {
    const named = place === '' ? name : `${place}.${name}`;
    const field = Array.isArray(plain) ? `${place}[${name}]` : named;
    if (name in Object.prototype) return [{ property, field, message: MESSAGE }];
    if (typeof value !== 'object' || value === null || (place === '' && freeFields.has(name))) return [];
    return inheritedNameFaults(value, freeFields, property, field);
  });
}
