import type { FormDataType } from './parameters.js';
import type { StagePluginType } from './plugins/index.js';

/**
 * What the import and the export of Swagger documents agree on, besides Swagger itself.
 * Source: the guide on importing resources and on the API document.
 */

/** The key under which a document holds what only this gateway understands. */
export const VENDOR_KEY = 'x-nhncloud-apigateway';

/** The vendor extension of a path item or an operation: its plugins by type. */
export interface VendorPlugins {
  readonly plugins: Readonly<Record<string, object>>;
}

/**
 * The vendor extension of other parts: what the model holds and Swagger has no word for.
 * An export writes it, so that its import gives the same; other documents need none of it.
 */
export interface VendorNotes {
  /** On a definition: the description of the model, which is not that of its schema. */
  readonly description?: string;
  /** On a form field of type file: that it may come several times. */
  readonly isArray?: true;
  /** On a response: name and description of its body, where they are not the model's name and nothing. */
  readonly responseBody?: { readonly name: string; readonly description: string | null };
  /** On a response: it stands for a method that has none, because Swagger demands one. */
  readonly placeholder?: true;
}

/** Type and format of a data type in Swagger. */
export const swaggerTypes = {
  STRING: { type: 'string' },
  BOOLEAN: { type: 'boolean' },
  INTEGER: { type: 'integer', format: 'int32' },
  LONG: { type: 'integer', format: 'int64' },
  FLOAT: { type: 'number', format: 'float' },
  DOUBLE: { type: 'number', format: 'double' },
  FILE: { type: 'file' },
} as const satisfies Record<FormDataType, { readonly type: string; readonly format?: string }>;

/** How an API document says what a stage plugin asks of callers. Source: the guide on the API document. */
export const securitySchemes = {
  JWT: { name: 'x-nhncloud-jwt', definition: { type: 'apiKey', name: 'Authorization', in: 'header' } },
  HMAC: { name: 'x-nhncloud-hmac', definition: { type: 'apiKey', name: 'Authorization', in: 'header' } },
  API_KEY: { name: 'x-nhncloud-apikey', definition: { type: 'apiKey', name: 'x-nhn-apikey', in: 'header' } },
} as const satisfies Partial<Record<StagePluginType, { readonly name: string; readonly definition: object }>>;

/** A stage plugin that asks callers for something. */
export type SecurityPluginType = keyof typeof securitySchemes;

/** The stage plugins that ask callers for something, in the order in which documents name them. */
export const securityPluginTypes = Object.keys(securitySchemes) as SecurityPluginType[];
