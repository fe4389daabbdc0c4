import type { FormDataType } from '../../../contract/parameters.js';
import { pathVariables } from '../../../contract/paths.js';
import { swaggerTypes, VENDOR_KEY, type VendorNotes } from '../../../contract/swagger.js';
import { referenceTo } from '../../../kernel/json-pointer.js';
import type { ExportedMethod } from './exported-stage.js';

/** The parameters of a method as Swagger has them, the variables of its path first. */
export function writeParameters({ path, parameters }: ExportedMethod): object[] {
  const { queryStringList, headerList, formDataList, requestBody } = parameters;
  const variables = pathVariables(path).map((name) => ({
    name,
    in: 'path',
    description: name,
    required: true,
    type: 'string',
  }));
  return [
    ...variables,
    ...queryStringList.map((parameter) => writeParameter('query', parameter)),
    ...headerList.map((parameter) => writeParameter('header', { ...parameter, isArray: false })),
    ...formDataList.map((parameter) => writeParameter('formData', parameter)),
    ...(requestBody ? [writeBody(requestBody)] : []),
  ];
}

interface WrittenParameter {
  readonly name: string;
  readonly description: string | null;
  readonly dataType: FormDataType;
  readonly required: boolean;
  readonly isArray: boolean;
}

function writeParameter(place: string, { name, description, required, dataType, isArray }: WrittenParameter): object {
  return { name, in: place, description: description ?? '', required, ...writeType(dataType, isArray) };
}

function writeType(dataType: FormDataType, isArray: boolean): object {
  if (!isArray) return swaggerTypes[dataType];
  const notes: VendorNotes = { isArray: true };
  // Swagger has no list of files.
  if (dataType === 'FILE') return { ...swaggerTypes.FILE, [VENDOR_KEY]: notes };
  return { type: 'array', items: swaggerTypes[dataType] };
}

function writeBody({ name, description, modelName }: NonNullable<ExportedMethod['parameters']['requestBody']>): object {
  const schema = { $ref: referenceTo('definitions', modelName) };
  return { in: 'body', name, description: description ?? '', required: false, schema };
}
