import { isUtf8 } from 'node:buffer';
import type { ErrorDetail, ErrorKey } from '../../../errors/index.js';
import { duplicateName } from '../../../kernel/duplicate-names.js';
import { jsonDepth } from '../../../kernel/json-depth.js';
import type { ImportFailure } from './faults.js';
import { isJsonObject, type JsonObject } from './json.js';

/** Levels that a body may be nested; what reads it afterwards may recurse. Real documents stay below 40. */
const MAX_DEPTH = 200;
const DOCUMENT_FIELD = 'swaggerData';

/**
 * Takes the document out of the body of an import, `{"swaggerData": {…}}`.
 * Failures: INVALID_PARAMETER (no JSON object in UTF-8), SWAGGER_INVALID (nested too deep,
 * a name twice in an object),
 * INVALID_INPUT (unknown field; swaggerData missing or no object).
 */
export function readBody(bytes: Uint8Array): { document: JsonObject } | { failure: ImportFailure } {
  if (jsonDepth(bytes) > MAX_DEPTH) {
    return failure('SWAGGER_INVALID', DOCUMENT_FIELD, '', `is nested over ${MAX_DEPTH} levels`);
  }
  const body = bytes.length === 0 ? {} : parseJson(bytes);
  if (body instanceof Error) return failure('INVALID_PARAMETER', 'body', '', body.message);
  if (!isJsonObject(body)) return failure('INVALID_PARAMETER', 'body', '', 'must be a JSON object');
  const twice = duplicateName(bytes);
  if (twice !== null) return failureOfTwice(twice);
  const unknown = Object.keys(body).filter((field) => field !== DOCUMENT_FIELD);
  if (unknown.length > 0)
    return refusal(unknown.slice(0, 10).map((field) => inBody(field, 'is not a field of this operation')));
  const document = body[DOCUMENT_FIELD];
  if (document === undefined) return refusal([inBody(DOCUMENT_FIELD, 'is required')]);
  if (!isJsonObject(document))
    return refusal([inBody(DOCUMENT_FIELD, 'must be an object: the Swagger document itself, not its text')]);
  return { document };
}

function failureOfTwice(pointer: string): { failure: ImportFailure } {
  const message = 'stands in its object twice';
  const place = `/${DOCUMENT_FIELD}/`;
  if (!pointer.startsWith(place)) return failure('INVALID_PARAMETER', 'body', pointer, message);
  return failure('SWAGGER_INVALID', DOCUMENT_FIELD, pointer.slice(place.length - 1), message);
}

function parseJson(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) return new SyntaxError('must be UTF-8');
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

function inBody(field: string, message: string): ErrorDetail {
  return { property: 'body', field, message };
}

function refusal(details: ErrorDetail[]): { failure: ImportFailure } {
  return { failure: { key: 'INVALID_INPUT', details } };
}

function failure(key: ErrorKey, property: string, field: string, message: string): { failure: ImportFailure } {
  return { failure: { key, details: [{ property, field, message }] } };
}
