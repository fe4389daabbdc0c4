import { swaggerTypes, VENDOR_KEY, type VendorNotes } from '../../../contract/swagger.js';
import type { ExportedBody, ExportedMethod } from './exported-stage.js';
import { repeatReference, type SwaggerForm, writeReference } from './swagger-form.js';

type ExportedResponse = ExportedMethod['responses']['responseList'][number];

/** The responses of a method by status code. Swagger demands one: a method that has none gets the one that the guide shows. */
export function writeResponses({ responses: { responseList } }: ExportedMethod, form: SwaggerForm): object {
  if (responseList.length > 0) {
    return Object.fromEntries(
      responseList.map((response) => [response.responseStatusCode, writeResponse(response, form)]),
    );
  }
  const notes: VendorNotes = { placeholder: true };
  return { 200: { description: 'default response', [VENDOR_KEY]: notes } };
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
  const notes: VendorNotes = { responseBody: { name, description } };
  return name === modelName && description === null ? schemas : { ...schemas, [VENDOR_KEY]: notes };
}
