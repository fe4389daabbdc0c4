import { swaggerTypes } from '../../../contract/swagger.js';
import type { ExportedBody, ExportedMethod } from './exported-stage.js';
import { repeatReference, type SwaggerForm, writeExtension, writeReference } from './swagger-form.js';

type ExportedResponse = ExportedMethod['responses']['responseList'][number];

/** The responses of a method by status code. Swagger demands one: a method that has none gets the one that the guide shows. */
export function writeResponses({ responses: { responseList } }: ExportedMethod, form: SwaggerForm): object {
  if (responseList.length > 0) {
    return Object.fromEntries(
      responseList.map((response) => [response.responseStatusCode, writeResponse(response, form)]),
    );
  }
  return { 200: { description: 'default response', ...writeExtension({ placeholder: true }, form) } };
}

function writeResponse({ description, headerList, responseBody }: ExportedResponse, form: SwaggerForm): object {
  const headers = headerList.map((header) => {
    const text = header.description ?? '';
    return [header.name, { ...swaggerTypes[header.dataType], description: text }] as const;
  });
  return {
    description: description ?? '',
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
    ...(responseBody ? writeBody(responseBody, form) : {}),
  };
}

function writeBody({ name, description, modelName }: ExportedBody, form: SwaggerForm): object {
  const schemas = form === 'EXPORT' ? { schema: writeReference(modelName, form) } : repeatReference(modelName);
  if (name === modelName && description === null) return schemas;
  return { ...schemas, ...writeExtension({ responseBody: { name, description } }, form) };
}
