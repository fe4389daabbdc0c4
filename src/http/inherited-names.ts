import type { ErrorDetail } from '../errors/index.js';
import { isFreeJsonName } from './free-json.js';

const MESSAGE = 'is no field of this request';

/**
 * A fault for every field that is named as something that all objects have (`constructor`, `toString`): class-transformer
 * leaves such fields out silently, where others that a request does not have are refused. JSON of the caller's own shape
 * may have them. Bodies are nested a bounded number of levels.
 */
export function inheritedNameFaults(plain: object, property: string, place = ''): ErrorDetail[] {
  return Object.entries(plain).flatMap(([name, value]: [string, unknown]): ErrorDetail[] => {
    const named = place === '' ? name : `${place}.${name}`;
    const field = Array.isArray(plain) ? `${place}[${name}]` : named;
    if (name in Object.prototype) return [{ property, field, message: MESSAGE }];
    if (typeof value !== 'object' || value === null || isFreeJsonName(name)) return [];
    return inheritedNameFaults(value, property, field);
  });
}
