import { swaggerTypes, VENDOR_KEY, type VendorNotes } from '../../../contract/swagger.js';
import { referenceTo } from '../../../kernel/json-pointer.js';
import type { ExportedBody, ExportedMethod } from './exported-stage.js';

type ExportedResponse = ExportedMethod['responses']['responseList'][number];

/** The responses of a method by status code. Swagger demands one: a method that has none gets the one that the guide shows. */
export function writeResponses({ responses: { responseList } }: ExportedMethod): object {
  if (responseList.length > 0) {
    return Object.fromEntries(responseList.map((response) => [response.responseStatusCode, writeResponse(response)]));
  }
  const notes: VendorNotes = { placeholder: true };
  return { 200: { description: 'default response', [VENDOR_KEY]: notes } };
}

function writeResponse({ description, headerList, responseBody }: ExportedResponse): object {
  const headers = headerList.map((header) => {
    const text = header.description ?? '';
    return [header.name, { ...swaggerTypes[header.dataType], description: text }] as const;
  });
  return {
    description: description ?? '',
    ...(headers.length > 0 ? { headers: Object.fromEntries(headers) } : {}),
    ...(responseBody ? writeBody(responseBody) : {}),
  };
}

function writeBody({ name, description, modelName }: ExportedBody): object {
  const schema = { $ref: referenceTo('definitions', modelName) };
  const notes: VendorNotes = { responseBody: { name, description } };
  return name === modelName && description === null ? { schema } : { schema, [VENDOR_KEY]: notes };
}
