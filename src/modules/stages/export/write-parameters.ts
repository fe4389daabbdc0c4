import type { FormDataType } from '../../../contract/parameters.js';
import { pathVariables } from '../../../contract/paths.js';
import { swaggerTypes } from '../../../contract/swagger.js';
import type { ExportedMethod } from './exported-stage.js';
import { type SwaggerForm, writeExtension, writeReference } from './swagger-form.js';

/** The parameters of a method as Swagger has them, the variables of its path first. */
export function writeParameters({ path, parameters }: ExportedMethod, form: SwaggerForm): object[] {
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
    ...queryStringList.map((parameter) => writeParameter('query', parameter, form)),
    ...headerList.map((parameter) => writeParameter('header', { ...parameter, isArray: false }, form)),
    ...formDataList.map((parameter) => writeParameter('formData', parameter, form)),
    ...(requestBody ? [writeBody(requestBody, form)] : []),
  ];
}

interface WrittenParameter {
  readonly name: string;
  readonly description: string | null;
  readonly dataType: FormDataType;
  readonly required: boolean;
  readonly isArray: boolean;
}

function writeParameter(place: string, parameter: WrittenParameter, form: SwaggerForm): object {
  const { name, description, required } = parameter;
  return { name, in: place, description: description ?? '', required, ...writeType(parameter, form) };
}

function writeType({ dataType, isArray }: WrittenParameter, form: SwaggerForm): object {
  if (!isArray) return swaggerTypes[dataType];
  // Swagger has no list of files.
  if (dataType === 'FILE') return { ...swaggerTypes.FILE, ...writeExtension({ isArray: true }, form) };
  return { type: 'array', items: swaggerTypes[dataType] };
}

type RequestBody = NonNullable<ExportedMethod['parameters']['requestBody']>;

function writeBody({ name, description, modelName }: RequestBody, form: SwaggerForm): object {
  const schema = writeReference(modelName, form);
  return { in: 'body', name, description: description ?? '', required: false, schema };
}
