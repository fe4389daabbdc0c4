import SwaggerParser from '@apidevtools/swagger-parser';
import { inside, tokensOf } from '../../../kernel/json-pointer.js';
import type { ImportFaultKey, ImportFaults } from './faults.js';
import type { JsonObject } from './json.js';
import type { DocumentSource } from './operations.js';
import { type ValidationView, validationView } from './validation-view.js';

/** An error of the validator's first pass, as Ajv makes it. */
interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly additionalProperty?: string; readonly allowedValues?: readonly unknown[] };
}

/**
 * Has swagger-parser check a document: the Swagger 2.0 schema, and then, when no fault is known, the rules that the
 * schema cannot say. It gets a view (see {@link validationView}), may not read files or the network, and does not
 * dereference, for a document whose definitions refer to each other grows without bound then.
 * Faults by place: SWAGGER_PARAMETER_INVALID, SWAGGER_RESPONSE_INVALID, else SWAGGER_INVALID.
 */
export async function validate(document: JsonObject, source: DocumentSource, faults: ImportFaults): Promise<void> {
  const view = validationView(document, source);
  const schemaFailure = await runParser(view.document, { schema: true, spec: false });
  if (schemaFailure) addSchemaFaults(schemaFailure, view, faults);
  if (!faults.isEmpty) return;
  const failure = await runParser(view.document, { schema: false, spec: true });
  if (failure) faults.add('SWAGGER_INVALID', placeOf(failure.message, source), failure.message);
}

/** Gives what the parser has against the document, null for nothing. Anything but a refusal is thrown on. */
async function runParser(view: JsonObject, checks: { schema: boolean; spec: boolean }): Promise<SyntaxError | null> {
  try {
    await SwaggerParser.validate(view as never, {
      resolve: { external: false, file: false, http: false },
      dereference: { circular: 'ignore', excludedPathMatcher: () => true },
      validate: checks,
    });
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === 'SyntaxError') return error;
    throw error;
  }
}

/** Adds a fault for each error that says something, unless its part of the document has a more telling fault already. */
function addSchemaFaults(failure: SyntaxError & { details?: readonly SchemaError[] }, view: ValidationView, faults: ImportFaults): void {
  const withKnownFault = withAncestorsOf(faults.places);
  const parts = new Map<string, { place: Place; error: SchemaError }[]>();
  for (const error of failure.details ?? []) {
    const place = placeInDocument(error.instancePath, view);
    const errors = parts.get(place.part) ?? [];
    errors.push({ place, error });
    parts.set(place.part, errors);
  }
  for (const [part, errors] of parts) {
    if (withKnownFault.has(part)) continue;
    const telling = errors.filter(({ place, error }) => isTelling(place, error));
    for (const { place, error } of telling) addSchemaFault(place, error, faults);
    const key = errors[0]?.place.key ?? 'SWAGGER_INVALID';
    if (telling.length === 0) faults.add(key, part, 'does not have the form that Swagger 2.0 demands');
  }
}

function addSchemaFault({ key, pointer }: Place, { params, message }: SchemaError, faults: ImportFaults): void {
  if (params.additionalProperty !== undefined) {
    return faults.add(key, inside(pointer, params.additionalProperty), 'is no key that Swagger 2.0 has here');
  }
  const allowed = params.allowedValues ? `: ${params.allowedValues.join(', ')}` : '';
  return faults.add(key, pointer, `${message ?? 'is not valid'}${allowed}`);
}

function withAncestorsOf(pointers: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const pointer of pointers) {
    for (let at = pointer; at !== '' && !all.has(at); at = at.slice(0, at.lastIndexOf('/'))) all.add(at);
  }
  return all;
}

/** A place of the view in terms of the document. */
interface Place {
  readonly pointer: string;
  /** Pointer of the parameter, response or other thing with several forms that the place lies in; else the pointer itself. */
  readonly part: string;
  /** The place inside a part with several forms; null outside of one. */
  readonly inPart: string | null;
  readonly key: ImportFaultKey;
}

function placeInDocument(instancePath: string, { origins }: ValidationView): Place {
  const tokens = tokensOf(instancePath);
  const [section, , , kind] = tokens;
  if (section === 'securityDefinitions') {
    return { pointer: instancePath, part: inside('', ...tokens.slice(0, 2)), inPart: '', key: 'SWAGGER_INVALID' };
  }
  const depth = section === 'definitions' ? 2 : 5;
  const origin = origins.get(inside('', ...tokens.slice(0, depth)));
  if (origin === undefined) {
    return { pointer: instancePath, part: instancePath, inPart: null, key: kind === 'schemes' ? 'SWAGGER_SCHEME_MISSING' : 'SWAGGER_INVALID' };
  }
  const inPart = inside('', ...tokens.slice(depth));
  const pointer = `${origin}${inPart}`;
  if (section === 'definitions') return { pointer, part: pointer, inPart: null, key: keyOfSchema(origin) };
  return { pointer, part: origin, inPart, key: kind === 'parameters' ? 'SWAGGER_PARAMETER_INVALID' : 'SWAGGER_RESPONSE_INVALID' };
}

function keyOfSchema(pointer: string): ImportFaultKey {
  const isOfParameter = tokensOf(pointer).at(-3) === 'parameters';
  return isOfParameter ? 'SWAGGER_PARAMETER_INVALID' : 'SWAGGER_RESPONSE_INVALID';
}

/**
 * Whether an error says what is wrong. For a thing that can have one of several forms Ajv lists what it lacks to have
 * each of them; its own keys and its place are checked elsewhere, so only what lies deeper tells something.
 */
function isTelling({ inPart }: Place, { keyword }: SchemaError): boolean {
  if (keyword === 'oneOf' || keyword === 'anyOf') return false;
  return inPart === null || (inPart !== '' && inPart !== '/in');
}

/** The operation that the words of the second pass are about: they hold its path and method, but no JSON pointer. */
function placeOf(message: string, { paths }: DocumentSource): string {
  const operations = paths.flatMap((path) => path.operations);
  const named = operations.filter(({ path, methodType }) => message.includes(`/paths${path}/${methodType.toLowerCase()}`));
  const longest = named.toSorted((a, b) => b.path.length - a.path.length)[0];
  return longest?.pointer ?? '';
}
