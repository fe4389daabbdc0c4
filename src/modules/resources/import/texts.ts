import { isStorable } from '../../../http/storable-text.js';
import type { ImportFaults } from './faults.js';
import { inside } from '../../../kernel/json-pointer.js';

/** Notes every text of a document, keys included, that the database cannot keep. Faults: SWAGGER_INVALID. */
export function checkTexts(value: unknown, pointer: string, faults: ImportFaults): void {
  if (typeof value === 'string') {
    if (!isStorable(value)) faults.add('SWAGGER_INVALID', pointer, 'has a NUL character or half of a surrogate pair');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (!isStorable(key))
        faults.add('SWAGGER_INVALID', pointer, 'has a key with a NUL character or half of a surrogate pair');
      checkTexts(inner, inside(pointer, key), faults);
    }
  }
}
