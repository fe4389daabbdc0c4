import { pathFault } from '../../../contract/paths.js';
import { type HttpMethod, httpMethods } from '../../../contract/plugins/index.js';
import { inside, pointerOfReference, valueAt } from '../../../kernel/json-pointer.js';
import type { ImportFaults } from './faults.js';
import type { ImportReportEntry } from './import-plan.js';
import { isJsonObject, type JsonObject } from './json.js';

/** A part of the document and where it stands; what was referred to stands at the place of its definition. */
export interface Located {
  readonly value: unknown;
  readonly pointer: string;
}

/** An operation with its own and its path's parameters, references to shared parameters and responses resolved. */
export interface OperationSource {
  readonly path: string;
  readonly methodType: HttpMethod;
  readonly pointer: string;
  readonly operation: JsonObject;
  readonly parameters: readonly Located[];
  /** By status code as written, or `default`. */
  readonly responses: readonly (Located & { readonly code: string })[];
}

/** A path of the document whose text is a resource path. */
export interface PathSource {
  readonly path: string;
  readonly pointer: string;
  readonly item: JsonObject;
  readonly operations: readonly OperationSource[];
}

/** What a document asks for, and what it asks for that cannot be taken over. */
export interface DocumentSource {
  readonly paths: readonly PathSource[];
  readonly skipped: readonly ImportReportEntry[];
}

const METHOD_BY_KEY = new Map<string, HttpMethod>(httpMethods.map((method) => [method.toLowerCase(), method]));
/** References that lead from one to the next: more than a document needs, few enough for one that goes in a circle. */
const MAX_HOPS = 20;

/**
 * Lists the paths and operations of a document whose head is right.
 * Faults: PATH_INVALID; SWAGGER_INVALID for a path item or an operation that is no object;
 * SWAGGER_PARAMETER_INVALID and SWAGGER_RESPONSE_INVALID for references that go in a circle.
 */
export function listOperations(document: JsonObject, faults: ImportFaults): DocumentSource {
  const skipped: ImportReportEntry[] = [];
  const paths: PathSource[] = [];
  for (const [path, item] of Object.entries(document['paths'] as JsonObject)) {
    const pointer = inside('/paths', path);
    const fault = path.startsWith('x-') ? null : pathFault(path);
    if (path.startsWith('x-')) continue;
    if (fault !== null) faults.add('PATH_INVALID', pointer, fault);
    else if (!isJsonObject(item)) faults.add('SWAGGER_INVALID', pointer, 'must be an object');
    else if (item['$ref'] !== undefined) {
      const reasons = [
        { pointer: inside(pointer, '$ref'), message: 'a path that refers to another one is not taken over' },
      ];
      skipped.push({ path, method: '$ref', result: 'SKIPPED', reasons });
    } else paths.push(listPath(document, { path, pointer, item }, skipped, faults));
  }
  return { paths, skipped };
}

function listPath(
  document: JsonObject,
  { path, pointer, item }: Omit<PathSource, 'operations'>,
  skipped: ImportReportEntry[],
  faults: ImportFaults,
): PathSource {
  const operations: OperationSource[] = [];
  for (const [key, operation] of Object.entries(item)) {
    const methodType = METHOD_BY_KEY.get(key);
    const at = inside(pointer, key);
    if (key === 'parameters' || key.startsWith('x-')) continue;
    if (methodType === undefined) {
      const reasons = [{ pointer: at, message: `is none of the methods ${httpMethods.join(', ')}` }];
      skipped.push({ path, method: key, result: 'SKIPPED', reasons });
    } else if (!isJsonObject(operation)) faults.add('SWAGGER_INVALID', at, 'must be an object');
    else {
      const parameters = parametersOf(document, { pointer, item }, { pointer: at, operation }, faults);
      const responses = responsesOf(document, inside(at, 'responses'), operation['responses'], faults);
      operations.push({ path, methodType, pointer: at, operation, parameters, responses });
    }
  }
  return { path, pointer, item, operations };
}

/** The parameters of an operation, and those of its path that it does not redefine. */
function parametersOf(
  document: JsonObject,
  { pointer, item }: { pointer: string; item: JsonObject },
  own: { pointer: string; operation: JsonObject },
  faults: ImportFaults,
): Located[] {
  const ofPath = parameterList(document, inside(pointer, 'parameters'), item['parameters'], faults);
  const ofOperation = parameterList(document, inside(own.pointer, 'parameters'), own.operation['parameters'], faults);
  const redefined = new Set(ofOperation.map(identity));
  return [...ofOperation, ...ofPath.filter((parameter) => !redefined.has(identity(parameter)))];
}

function parameterList(document: JsonObject, pointer: string, list: unknown, faults: ImportFaults): Located[] {
  if (list === undefined) return [];
  if (!Array.isArray(list)) {
    faults.add('SWAGGER_PARAMETER_INVALID', pointer, 'must be a list');
    return [];
  }
  const seen = new Set<string>();
  return list.flatMap((entry: unknown, index) => {
    const at = inside(pointer, index);
    const parameter = resolve(document, { value: entry, pointer: at });
    if (parameter === null) {
      faults.add('SWAGGER_PARAMETER_INVALID', at, 'refers to itself');
      return [];
    }
    // What the reference does not lead to is a fault of the reference, noted where references are checked.
    if (parameter.value === undefined) return [];
    if (seen.has(identity(parameter)))
      faults.add('SWAGGER_PARAMETER_INVALID', at, 'has the name and place of another parameter');
    seen.add(identity(parameter));
    return [parameter];
  });
}

function identity({ value, pointer }: Located): string {
  if (!isJsonObject(value)) return pointer;
  return JSON.stringify([value['in'], value['name']]);
}

function responsesOf(
  document: JsonObject,
  pointer: string,
  responses: unknown,
  faults: ImportFaults,
): OperationSource['responses'] {
  if (responses === undefined) return [];
  if (!isJsonObject(responses)) {
    faults.add('SWAGGER_RESPONSE_INVALID', pointer, 'must be an object');
    return [];
  }
  return Object.entries(responses).flatMap(([code, entry]) => {
    if (code.startsWith('x-')) return [];
    const at = inside(pointer, code);
    const response = resolve(document, { value: entry, pointer: at });
    if (response === null) faults.add('SWAGGER_RESPONSE_INVALID', at, 'refers to itself');
    return response === null || response.value === undefined ? [] : [{ code, ...response }];
  });
}

/** Follows references inside the document; null when they go in a circle. The value is undefined when nothing is there. */
function resolve(document: JsonObject, start: Located): Located | null {
  let at = start;
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    const reference = isJsonObject(at.value) ? at.value['$ref'] : undefined;
    if (typeof reference !== 'string') return at;
    const pointer = pointerOfReference(reference);
    if (pointer === null) return { value: undefined, pointer: at.pointer };
    at = { value: valueAt(document, pointer), pointer };
  }
  return null;
}
