import { referenceTo } from '../../../kernel/json-pointer.js';

/** Which of the guide's two forms a document has. */
export type SwaggerForm = 'EXPORT' | 'API_DOCUMENT';

/** A schema that refers to a model. An API document names the model beside the reference, as the guide shows it. */
export function writeReference(modelName: string, form: SwaggerForm): object {
  const reference = { $ref: referenceTo('definitions', modelName) };
  return form === 'EXPORT' ? reference : { ...reference, originalRef: modelName };
}

/** The schema of a response in an API document, which the guide shows twice, each time with another `originalRef`. */
export function repeatReference(modelName: string): object {
  const $ref = referenceTo('definitions', modelName);
  return { schema: { $ref, originalRef: $ref }, responseSchema: writeReference(modelName, 'API_DOCUMENT') };
}
