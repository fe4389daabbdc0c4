import {
  type FormDataParameter,
  type HeaderParameter,
  parameterLimits,
  type QueryParameter,
} from '../../../contract/parameters.js';
import { pathVariables } from '../../../contract/paths.js';
import { isHeaderName } from '../../../contract/plugins/index.js';
import { inside } from '../../../kernel/json-pointer.js';
import { readContentTypes } from './content-types.js';
import { readType } from './data-types.js';
import type { ImportFaults } from './faults.js';
import type { PlannedBody, PlannedParameters } from './import-plan.js';
import { isJsonObject, isLongerThan, type JsonObject, textOrNull } from './json.js';
import type { LeftOut, SharedParts } from './left-out.js';
import { readBodySchema } from './model-reference.js';
import type { Located, OperationSource } from './operations.js';
import { notesIn } from './vendor-extension.js';

const { nameLength, descriptionLength, entries } = parameterLimits;
const COMMON_KEYS = ['name', 'in', 'description', 'required'];
const BODY_KEYS = new Set([...COMMON_KEYS, 'schema']);
const VALUE_KEYS = new Set([...COMMON_KEYS, 'type', 'format', 'items']);
const PLACES: readonly unknown[] = ['query', 'header', 'formData', 'body', 'path'];

/** A parameter object of the document with a name and a place. */
interface Named {
  readonly parameter: JsonObject;
  readonly name: string;
  readonly pointer: string;
}

/** A parameter as it was read. `none`: it has faults, or the model cannot hold it. */
export type ReadParameter =
  | { readonly place: 'query'; readonly entry: QueryParameter }
  | { readonly place: 'header'; readonly entry: HeaderParameter }
  | { readonly place: 'formData'; readonly entry: FormDataParameter }
  | { readonly place: 'body'; readonly entry: PlannedBody | null }
  | { readonly place: 'path'; readonly entry: Named }
  | { readonly place: 'none' };

/** What operations are read with: the document, and where parameters are read that several of them share. */
export interface ParameterContext {
  readonly document: JsonObject;
  readonly parameters: SharedParts<ReadParameter>;
}

/**
 * Reads the parameters of an operation. Path parameters are not kept: the path says them.
 * Faults: SWAGGER_PARAMETER_INVALID, INVALID_HEADER_NAME, CONTENT_TYPE_INVALID.
 */
export function readParameters(
  source: OperationSource,
  context: ParameterContext,
  leftOut: LeftOut,
  faults: ImportFaults,
): PlannedParameters {
  const read = source.parameters.map((located) =>
    context.parameters.read(located, leftOut, (own) => readParameter(located, own, faults)),
  );
  const queryStringList = read.flatMap((one) => (one.place === 'query' ? [one.entry] : []));
  const headerList = read.flatMap((one) => (one.place === 'header' ? [one.entry] : []));
  const formDataList = read.flatMap((one) => (one.place === 'formData' ? [one.entry] : []));
  const bodies = read.flatMap((one) => (one.place === 'body' ? [one.entry] : []));
  for (const one of read) if (one.place === 'path') checkPathParameter(one.entry, source.path, faults);
  const fault = (message: string) =>
    faults.add('SWAGGER_PARAMETER_INVALID', inside(source.pointer, 'parameters'), message);
  if (bodies.length > 1) fault('must not have more than one body');
  if (bodies.length > 0 && formDataList.length > 0) fault('must not have a body and form fields');
  for (const [place, list] of Object.entries({ query: queryStringList, header: headerList, formData: formDataList })) {
    if (list.length > entries) fault(`must not have more than ${entries} in ${place}`);
  }
  const contentTypeList = readContentTypes(context.document, source, 'consumes', faults);
  return { queryStringList, headerList, formDataList, requestBody: bodies[0] ?? null, contentTypeList };
}

function readParameter(located: Located, leftOut: LeftOut, faults: ImportFaults): ReadParameter {
  const named = readNamed(located, faults);
  if (named === null) return { place: 'none' };
  if (named.parameter['in'] === 'path') return { place: 'path', entry: named };
  if (named.parameter['in'] === 'body') return { place: 'body', entry: readBody(named, leftOut, faults) };
  return readValue(named, leftOut, faults);
}

function readNamed({ value, pointer }: Located, faults: ImportFaults): Named | null {
  const fault = (field: string, message: string) =>
    faults.add('SWAGGER_PARAMETER_INVALID', inside(pointer, field), message);
  if (!isJsonObject(value)) {
    faults.add('SWAGGER_PARAMETER_INVALID', pointer, 'must be an object');
    return null;
  }
  const { name, in: place } = value;
  if (!PLACES.includes(place)) fault('in', `must be one of ${PLACES.join(', ')}`);
  if (typeof name !== 'string' || name === '') fault('name', 'is required');
  else if (isLongerThan(name, nameLength)) fault('name', `must not be longer than ${nameLength} characters`);
  if (
    place !== 'path' &&
    typeof value['description'] === 'string' &&
    isLongerThan(value['description'], descriptionLength)
  ) {
    fault('description', `must not be longer than ${descriptionLength} characters`);
  }
  return PLACES.includes(place) && typeof name === 'string' ? { parameter: value, name, pointer } : null;
}

function checkPathParameter({ name, pointer }: Named, path: string, faults: ImportFaults): void {
  // The guide's exports write the variable {x+} as x+; other documents may write x.
  const declared = pathVariables(path).some((variable) => variable === name || variable === `${name}+`);
  if (!declared)
    faults.add('SWAGGER_PARAMETER_INVALID', inside(pointer, 'name'), `the path ${path} does not declare {${name}}`);
}

function readBody({ parameter, name, pointer }: Named, leftOut: LeftOut, faults: ImportFaults): PlannedBody | null {
  const at = inside(pointer, 'schema');
  const read = readBodySchema(parameter['schema']);
  if (read.kind === 'fault') faults.add('SWAGGER_PARAMETER_INVALID', at, read.message);
  if (read.kind === 'unfit') leftOut.add(at, `the body is left out: it ${read.message}`);
  if (read.kind !== 'model') return null;
  if (parameter['required'] === true) leftOut.add(inside(pointer, 'required'), 'a body is never marked as required');
  leftOut.addUnknownKeys(parameter, pointer, BODY_KEYS);
  return { name, description: textOrNull(parameter['description']), modelName: read.modelName };
}

function readValue({ parameter, name, pointer }: Named, leftOut: LeftOut, faults: ImportFaults): ReadParameter {
  const type = readType(parameter, pointer);
  const { in: place, required } = parameter;
  const refused = (at: string, message: string): ReadParameter => {
    faults.add('SWAGGER_PARAMETER_INVALID', at, message);
    return { place: 'none' };
  };
  if (place === 'header' && name !== '' && !isHeaderName(name)) {
    faults.add('INVALID_HEADER_NAME', inside(pointer, 'name'), 'is no header name');
  }
  if (type.kind === 'fault') return refused(type.pointer, type.message);
  if (type.kind === 'unfit') {
    leftOut.add(pointer, `the parameter is left out: it ${type.message}`);
    return { place: 'none' };
  }
  if (required === undefined) leftOut.add(pointer, 'required is missing and taken as false');
  leftOut.addUnknownKeys(parameter, pointer, VALUE_KEYS);
  const { dataType, isArray } = type;
  const common = { name, description: textOrNull(parameter['description']), required: required === true };
  if (place === 'formData') {
    // A list of files is no Swagger; an export notes it beside the type.
    const isFileList = dataType === 'FILE' && notesIn(parameter).isArray === true;
    return { place, entry: { ...common, dataType, isArray: isArray || isFileList } };
  }
  if (dataType === 'FILE') return refused(inside(pointer, 'type'), 'file is only for formData');
  if (place === 'query') return { place, entry: { ...common, dataType, isArray } };
  if (isArray) leftOut.add(pointer, 'a header is never a list; it has the type of the items');
  return { place: 'header', entry: { ...common, dataType } };
}
