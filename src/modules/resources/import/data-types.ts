import type { FormDataType } from '../../../contract/parameters.js';
import { inside } from '../../../kernel/json-pointer.js';
import { isJsonObject, type JsonObject } from './json.js';

/** The data type that a parameter or header of a document has here, or what is wrong with it. */
export type ReadType =
  | { readonly kind: 'type'; readonly dataType: FormDataType; readonly isArray: boolean }
  | { readonly kind: 'unfit'; readonly message: string }
  | { readonly kind: 'fault'; readonly pointer: string; readonly message: string };

/**
 * Reads the type of a parameter or header. `type` may be missing and is then a string; a list has the type of its items.
 * `unfit` is what Swagger allows and the model cannot hold: a list of lists.
 */
export function readType(schema: JsonObject, pointer: string): ReadType {
  if (schema['type'] !== 'array') return readSingle(schema, pointer, false);
  const items = schema['items'];
  const at = inside(pointer, 'items');
  if (!isJsonObject(items)) return { kind: 'fault', pointer: at, message: 'must be an object, for the type is array' };
  if (items['type'] === 'array') return { kind: 'unfit', message: 'is a list of lists' };
  if (items['type'] === 'file')
    return { kind: 'fault', pointer: inside(at, 'type'), message: 'must not be file in a list' };
  return readSingle(items, at, true);
}

function readSingle({ type = 'string', format }: JsonObject, pointer: string, isArray: boolean): ReadType {
  const dataType = singleType(type, format);
  if (dataType !== null) return { kind: 'type', dataType, isArray };
  return {
    kind: 'fault',
    pointer: inside(pointer, 'type'),
    message: 'must be string, number, integer, boolean, array or file',
  };
}

function singleType(type: unknown, format: unknown): FormDataType | null {
  if (type === 'string') return 'STRING';
  if (type === 'boolean') return 'BOOLEAN';
  if (type === 'file') return 'FILE';
  if (type === 'integer') return format === 'int64' ? 'LONG' : 'INTEGER';
  if (type === 'number') return format === 'float' ? 'FLOAT' : 'DOUBLE';
  return null;
}
