import { pointerOfReference, tokensOf } from '../../../kernel/json-pointer.js';
import { isJsonObject, type JsonObject } from './json.js';

/** What the schema of a body comes to: the name of a model, or why it has no place in the model, or what is wrong with it. */
export type ReadBodySchema =
  | { readonly kind: 'model'; readonly modelName: string }
  | { readonly kind: 'unfit' | 'fault'; readonly message: string };

/** Reads the schema of a body. Only a reference to a whole definition names a model; whether that exists is checked elsewhere. */
export function readBodySchema(schema: unknown): ReadBodySchema {
  if (!isJsonObject(schema)) return { kind: 'fault', message: 'must be an object' };
  const { $ref: reference, type, items } = schema;
  if (typeof reference !== 'string') {
    if (type === 'array' && items === undefined)
      return { kind: 'fault', message: 'must have items, for the type is array' };
    return {
      kind: 'unfit',
      message: isListOfModel(schema) ? 'is a list; only a model itself can be a body' : 'is a schema without a model',
    };
  }
  const [section, name, ...deeper] = tokensOf(pointerOfReference(reference) ?? '');
  if (section === 'definitions' && name !== undefined && deeper.length === 0) return { kind: 'model', modelName: name };
  return { kind: 'unfit', message: 'refers to something other than a definition' };
}

function isListOfModel({ type, items }: JsonObject): boolean {
  return type === 'array' && isJsonObject(items) && items['$ref'] !== undefined;
}
