import { pointerOfReference, tokensOf, valueAt } from '../kernel/json-pointer.js';

type Schema = Readonly<Record<string, unknown>>;

/** A schema refers to what the service does not have, or has a pattern that cannot be matched. `message` names it. */
export class ModelFault extends Error {}

/** Keywords whose value is a map of schemas by name, and those whose value is no schema at all. */
const MAPS = new Set(['properties', 'patternProperties', 'definitions', 'dependencies']);
const VALUES = new Set(['enum', 'default', 'example', 'examples']);

/**
 * A schema that is whole in itself: the models that it refers to, as models of an import refer to each other
 * (`#/definitions/Name`), stand among its definitions. Its own definitions go before models of the same name.
 * @throws ModelFault
 */
export function wholeSchema(schema: Schema, models: ReadonlyMap<string, Schema>): Schema {
  const definitions = new Map<string, unknown>(Object.entries(definitionsOf(schema)));
  const references: string[] = [];
  const pending: unknown[] = [schema];
  while (pending.length > 0) {
    for (const reference of referencesIn(pending.pop())) {
      references.push(reference);
      const [place, name] = tokensOf(pointerOfReference(reference) ?? '');
      const model = place === 'definitions' && name !== undefined ? models.get(name) : undefined;
      if (name === undefined || !model || definitions.has(name)) continue;
      // An id would be the base of the references below it, which mean the whole.
      const { id: _id, definitions: _inner, ...own } = model;
      definitions.set(name, own);
      const inner = Object.entries(definitionsOf(model)).filter(([other]) => !definitions.has(other));
      for (const [other, definition] of inner) definitions.set(other, definition);
      pending.push(own, ...inner.map(([, definition]) => definition));
    }
  }
  const whole = definitions.size === 0 ? schema : { ...schema, definitions: Object.fromEntries(definitions) };
  const lost = references.find((reference) => !isFound(whole, reference));
  if (lost !== undefined) throw new ModelFault(`refers to ${lost}, which is not there`);
  return whole;
}

function definitionsOf(schema: Schema): Schema {
  return isObject(schema['definitions']) ? schema['definitions'] : {};
}

function isFound(whole: Schema, reference: string): boolean {
  const pointer = pointerOfReference(reference);
  return pointer !== null && valueAt(whole, pointer) !== undefined;
}

/** Every `$ref` of a schema, its definitions included. */
function referencesIn(schema: unknown): string[] {
  const found: string[] = [];
  const pending: { value: unknown; isMap: boolean }[] = [{ value: schema, isMap: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, isMap } = next;
    if (Array.isArray(value)) pending.push(...value.map((item: unknown) => ({ value: item, isMap: false })));
    if (!isObject(value)) continue;
    for (const [key, member] of Object.entries(value)) {
      if (!isMap && key === '$ref' && typeof member === 'string') found.push(member);
      else if (isMap || !VALUES.has(key)) pending.push({ value: member, isMap: !isMap && MAPS.has(key) });
    }
  }
  return found;
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
