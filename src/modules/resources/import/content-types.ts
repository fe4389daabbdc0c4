import { isContentType, parameterLimits } from '../../../contract/parameters.js';
import { inside } from '../../../kernel/json-pointer.js';
import type { ImportFaults } from './faults.js';
import type { JsonObject } from './json.js';
import type { OperationSource } from './operations.js';

/**
 * The content types of an operation: its own list, or else the one that the document gives for all; each type once.
 * Faults: CONTENT_TYPE_INVALID.
 */
export function readContentTypes(
  document: JsonObject,
  { operation, pointer }: OperationSource,
  key: 'consumes' | 'produces',
  faults: ImportFaults,
): string[] {
  const [list, at] = operation[key] === undefined ? [document[key], `/${key}`] : [operation[key], inside(pointer, key)];
  if (list === undefined) return [];
  if (!Array.isArray(list)) {
    faults.add('CONTENT_TYPE_INVALID', at, 'must be a list of content types');
    return [];
  }
  const types = new Set<string>();
  for (const [index, type] of list.entries()) {
    if (typeof type === 'string' && isContentType(type)) types.add(type);
    else faults.add('CONTENT_TYPE_INVALID', inside(at, index), 'must be written type/subtype');
  }
  if (types.size > parameterLimits.contentTypes) {
    faults.add('CONTENT_TYPE_INVALID', at, `must not have more than ${parameterLimits.contentTypes} content types`);
  }
  return [...types];
}
