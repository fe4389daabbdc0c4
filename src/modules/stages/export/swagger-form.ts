import { VENDOR_KEY, type VendorNotes, type VendorPlugins } from '../../../contract/swagger.js';
import { referenceTo } from '../../../kernel/json-pointer.js';

/**
 * Which of the guide's two forms a document has. A public document is an API document for strangers: it says what
 * callers need, and nothing of how the gateway treats calls and where it sends them.
 */
export type SwaggerForm = 'EXPORT' | 'API_DOCUMENT' | 'PUBLIC_DOCUMENT';

/** What only this gateway understands, as a property of the part that it belongs to. Strangers get none of it. */
export function writeExtension(extension: VendorNotes | VendorPlugins, form: SwaggerForm): object {
  return form === 'PUBLIC_DOCUMENT' ? {} : { [VENDOR_KEY]: extension };
}

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
