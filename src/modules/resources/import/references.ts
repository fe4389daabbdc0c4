import { inside, pointerOfReference, valueAt } from '../../../kernel/json-pointer.js';
import type { ImportFaultKey, ImportFaults } from './faults.js';
import { isJsonObject, type JsonObject } from './json.js';

/** Values that a document only quotes: a `$ref` in them is text. */
const QUOTED = new Set(['example', 'examples', 'default', 'enum']);
/** Keys whose value maps names of the author's own to things; a name such as `example` means nothing there. */
const NAME_MAPS = new Set([
  'properties',
  'patternProperties',
  'definitions',
  'parameters',
  'responses',
  'headers',
  'paths',
]);

const TARGETS: readonly [prefix: string, key: ImportFaultKey, kind: string][] = [
  ['/parameters/', 'SWAGGER_PARAMETER_INVALID', 'parameter'],
  ['/responses/', 'SWAGGER_RESPONSE_INVALID', 'response'],
  ['', 'SWAGGER_MODEL_REFERENCE_INVALID', 'model'],
];

/** A place of the document still to be looked at. */
interface Place {
  readonly value: unknown;
  readonly pointer: string;
  /** Whether the keys of the value are names of the author's own. */
  readonly isNameMap: boolean;
}

/**
 * Checks every `$ref` of a document: none leaves the document, and each one has a target.
 * Walks without recursion. Faults: SWAGGER_INVALID (external), and the one of its kind for a missing target.
 */
export function checkReferences(document: JsonObject, faults: ImportFaults): void {
  const places: Place[] = [{ value: document, pointer: '', isNameMap: false }];
  const known = new Map<string, boolean>();
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { value, pointer, isNameMap } = place;
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries())
        places.push({ value: item, pointer: inside(pointer, index), isNameMap: false });
    } else if (isJsonObject(value)) {
      if (!isNameMap && typeof value['$ref'] === 'string')
        checkReference(document, value['$ref'], inside(pointer, '$ref'), known, faults);
      for (const [key, child] of Object.entries(value)) {
        if (typeof child !== 'object' || child === null) continue;
        if (!isNameMap && (QUOTED.has(key) || key.startsWith('x-'))) continue;
        places.push({ value: child, pointer: inside(pointer, key), isNameMap: !isNameMap && NAME_MAPS.has(key) });
      }
    }
  }
}

function checkReference(
  document: JsonObject,
  reference: string,
  pointer: string,
  known: Map<string, boolean>,
  faults: ImportFaults,
): void {
  const target = pointerOfReference(reference);
  if (target === null) {
    faults.add(
      'SWAGGER_INVALID',
      pointer,
      `${quote(reference)} leaves the document; only references that start with #/ are read`,
    );
    return;
  }
  const exists = known.get(target) ?? valueAt(document, target) !== undefined;
  known.set(target, exists);
  if (exists) return;
  for (const [prefix, key, kind] of TARGETS) {
    if (!target.startsWith(prefix)) continue;
    faults.add(key, pointer, `refers to a ${kind} that the document does not hold: ${quote(reference)}`);
    return;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
