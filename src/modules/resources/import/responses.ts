import { type HeaderField, parameterLimits } from '../../../contract/parameters.js';
import { isHeaderName } from '../../../contract/plugins/index.js';
import { inside } from '../../../kernel/json-pointer.js';
import { readContentTypes } from './content-types.js';
import { readType } from './data-types.js';
import type { ImportFaults } from './faults.js';
import type { PlannedBody, PlannedResponse, PlannedResponses } from './import-plan.js';
import { isJsonObject, isLongerThan, type JsonObject, textOrNull } from './json.js';
import type { LeftOut, SharedParts } from './left-out.js';
import { readBodySchema } from './model-reference.js';
import type { OperationSource } from './operations.js';
import { notesIn } from './vendor-extension.js';

const { nameLength, descriptionLength, entries } = parameterLimits;
/** `responseSchema` stands in the guide's own exports and repeats `schema`. */
const RESPONSE_KEYS = new Set(['description', 'headers', 'schema', 'responseSchema']);
const HEADER_KEYS = new Set(['description', 'type', 'format', 'items']);

/** A response without the status code that it is used for. */
export type ReadResponse = Omit<PlannedResponse, 'responseStatusCode'>;

/** What operations are read with: the document, and where responses are read that several of them share. */
export interface ResponseContext {
  readonly document: JsonObject;
  readonly responses: SharedParts<ReadResponse>;
}

/**
 * Reads the responses of an operation.
 * Faults: SWAGGER_RESPONSE_INVALID, INVALID_HEADER_NAME, CONTENT_TYPE_INVALID.
 */
export function readResponses(
  source: OperationSource,
  context: ResponseContext,
  leftOut: LeftOut,
  faults: ImportFaults,
): PlannedResponses {
  const responseList = source.responses.flatMap((located) => {
    const { code, value, pointer } = located;
    if (!isJsonObject(value)) {
      faults.add('SWAGGER_RESPONSE_INVALID', pointer, 'must be an object');
      return [];
    }
    if (code === 'default') {
      leftOut.add(pointer, 'a default response is left out: a response has a status code');
      return [];
    }
    if (notesIn(value).placeholder === true) return [];
    if (!/^[1-5]\d\d$/.test(code)) {
      const message = 'the status code must be from 100 to 599';
      faults.add('SWAGGER_RESPONSE_INVALID', inside(source.pointer, 'responses', code), message);
      return [];
    }
    const response = context.responses.read(located, leftOut, (own) => readResponse(value, pointer, own, faults));
    return [{ responseStatusCode: Number(code), ...response }];
  });
  return { responseList, contentTypeList: readContentTypes(context.document, source, 'produces', faults) };
}

function readResponse(response: JsonObject, pointer: string, leftOut: LeftOut, faults: ImportFaults): ReadResponse {
  leftOut.addUnknownKeys(response, pointer, RESPONSE_KEYS);
  return {
    description: readDescription(response, pointer, faults),
    headerList: readHeaders(response['headers'], inside(pointer, 'headers'), leftOut, faults),
    responseBody: readBody(response, pointer, leftOut, faults),
  };
}

function readDescription(holder: JsonObject, pointer: string, faults: ImportFaults): string | null {
  const description = textOrNull(holder['description']);
  if (description !== null && isLongerThan(description, descriptionLength)) {
    const message = `must not be longer than ${descriptionLength} characters`;
    faults.add('SWAGGER_RESPONSE_INVALID', inside(pointer, 'description'), message);
  }
  return description;
}

/** The name of a body has no place in Swagger: it is that of the model unless an export has noted another one. */
function readBody(response: JsonObject, pointer: string, leftOut: LeftOut, faults: ImportFaults): PlannedBody | null {
  const at = inside(pointer, 'schema');
  if (response['schema'] === undefined) return null;
  const read = readBodySchema(response['schema']);
  if (read.kind === 'fault') faults.add('SWAGGER_RESPONSE_INVALID', at, read.message);
  if (read.kind === 'unfit') leftOut.add(at, `the body is left out: it ${read.message}`);
  if (read.kind !== 'model') return null;
  const noted = notesIn(response).responseBody;
  const { name, description } = isJsonObject(noted) ? noted : {};
  const isName = typeof name === 'string' && name !== '' && !isLongerThan(name, nameLength);
  const note = textOrNull(description);
  const isDescription = note !== null && !isLongerThan(note, descriptionLength);
  return { name: isName ? name : read.modelName, description: isDescription ? note : null, modelName: read.modelName };
}

function readHeaders(headers: unknown, pointer: string, leftOut: LeftOut, faults: ImportFaults): HeaderField[] {
  if (headers === undefined) return [];
  if (!isJsonObject(headers)) {
    faults.add('SWAGGER_RESPONSE_INVALID', pointer, 'must be an object');
    return [];
  }
  const names = Object.keys(headers);
  if (names.length > entries)
    faults.add('SWAGGER_RESPONSE_INVALID', pointer, `must not have more than ${entries} headers`);
  return names
    .slice(0, entries)
    .flatMap((name) => readHeader(name, headers[name], inside(pointer, name), leftOut, faults));
}

function readHeader(
  name: string,
  header: unknown,
  pointer: string,
  leftOut: LeftOut,
  faults: ImportFaults,
): HeaderField[] {
  const fault = (at: string, message: string): HeaderField[] => {
    faults.add('SWAGGER_RESPONSE_INVALID', at, message);
    return [];
  };
  if (!isJsonObject(header)) return fault(pointer, 'must be an object');
  if (name.length > nameLength) return fault(pointer, `the name must not be longer than ${nameLength} characters`);
  if (!isHeaderName(name)) {
    faults.add('INVALID_HEADER_NAME', pointer, 'is no header name');
    return [];
  }
  if (header['type'] === undefined) return fault(inside(pointer, 'type'), 'is required');
  const type = readType(header, pointer);
  if (type.kind === 'fault') return fault(type.pointer, type.message);
  if (type.kind === 'unfit') {
    leftOut.add(pointer, `the header is left out: it ${type.message}`);
    return [];
  }
  if (type.dataType === 'FILE')
    return fault(inside(pointer, 'type'), 'must be string, number, integer, boolean or array');
  if (type.isArray) leftOut.add(pointer, 'a header is never a list; it has the type of the items');
  leftOut.addUnknownKeys(header, pointer, HEADER_KEYS);
  return [{ name, description: readDescription(header, pointer, faults), dataType: type.dataType }];
}
