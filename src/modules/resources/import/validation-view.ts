import { pathVariables } from '../../../contract/paths.js';
import { inside } from '../../../kernel/json-pointer.js';
import { isJsonObject, type JsonObject } from './json.js';
import type { DocumentSource, Located, OperationSource } from './operations.js';

/** Items of a list that the validator gets to see. It compares every two of them, which our own checks need not do. */
const MAX_LIST = 200;
/** Top-level keys that the contract reads more leniently than Swagger, or that have checks of their own. */
const OWN_CHECKS = new Set([
  'info',
  'host',
  'schemes',
  'consumes',
  'produces',
  'paths',
  'definitions',
  'parameters',
  'responses',
]);
/** What a file parameter needs according to Swagger. Many documents leave it out, and nothing here depends on it. */
const FORM_CONTENT_TYPE = 'multipart/form-data';

/** How the names of body schemas start in a view, by where they come from. */
export const PARAMETER_SCHEMA = 'parameter-';
const RESPONSE_SCHEMA = 'response-';

/** A document made ready for the validator, and the pointers in the document of those of its parts that stand elsewhere there. */
export interface ValidationView {
  readonly document: JsonObject;
  readonly origins: ReadonlyMap<string, string>;
}

/** Keys of a parameter, a header and the items of either that say which values it takes. */
const VALUE_KEYS = [
  'type',
  'format',
  'items',
  'default',
  'enum',
  'multipleOf',
  'maximum',
  'exclusiveMaximum',
  'minimum',
  'exclusiveMinimum',
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'uniqueItems',
];

/**
 * The document as swagger-parser gets it: what the contract allows beyond Swagger 2.0 is filled in, references to shared
 * parameters and responses are resolved (each is shown where it is first used), and definitions are left out, for a
 * model is any JSON Schema draft-04 and is checked as that. What is left must be Swagger.
 *
 * Filled in or left out: `swagger`, `info.title`, `info.version`, `host`, content types (checked apart), missing or empty
 * responses and their descriptions, types of parameters, path parameters (the path says them), operation ids (they are
 * not kept, and doubled ones are common), unknown keys of path items, parameters, responses and headers (reported).
 * Schemas of bodies stand among the definitions, where the validator says plainly what is wrong with them.
 */
export function validationView(document: JsonObject, source: DocumentSource): ValidationView {
  const kept = Object.entries(document).filter(([key]) => !OWN_CHECKS.has(key) && !key.startsWith('x-'));
  const viewer = new OperationViewer();
  const paths = source.paths.map(({ path, operations }) => {
    const item = operations.map((operation) => [operation.methodType.toLowerCase(), viewer.view(operation)] as const);
    return [path, Object.fromEntries(item)] as const;
  });
  const top = clipped(Object.fromEntries(kept)) as JsonObject;
  const view = { ...top, swagger: '2.0', info: infoView(document['info']), paths: Object.fromEntries(paths) };
  return { document: { ...view, definitions: viewer.schemas }, origins: viewer.origins };
}

function infoView(info: unknown): JsonObject {
  const { title = '', version = '', ...rest } = isJsonObject(info) ? info : {};
  // YAML without quotes makes a number of a version such as 1.0.
  return { ...(clipped(rest) as JsonObject), title, version: typeof version === 'number' ? String(version) : version };
}

/** Makes the views of operations; shows a part that several of them share only once. */
class OperationViewer {
  readonly origins = new Map<string, string>();
  readonly schemas: JsonObject = {};
  private readonly shown = new Set<unknown>();

  view(source: OperationSource): JsonObject {
    const {
      operationId,
      parameters: _own,
      consumes: _consumes,
      produces: _produces,
      responses: _responses,
      ...rest
    } = source.operation;
    const ofPath = pathVariables(source.path).map((name) => ({ name, in: 'path', required: true, type: 'string' }));
    return {
      ...(clipped(rest) as JsonObject),
      ...(operationId === undefined || typeof operationId === 'string' ? {} : { operationId }),
      consumes: [FORM_CONTENT_TYPE],
      parameters: [...this.parameters(source), ...ofPath],
      responses: this.responses(source),
    };
  }

  private parameters({ parameters, pointer }: OperationSource): unknown[] {
    const isPathParameter = ({ value }: Located) => isJsonObject(value) && value['in'] === 'path';
    const shown = parameters.filter((located) => !isPathParameter(located) && this.isNew(located)).slice(0, MAX_LIST);
    return shown.map((located, index) => {
      this.origins.set(inside(pointer, 'parameters', index), located.pointer);
      return this.parameter(located);
    });
  }

  private parameter({ value: parameter, pointer }: Located): unknown {
    if (!isJsonObject(parameter)) return parameter;
    const common = picked(parameter, ['name', 'in', 'description', 'required']);
    if (parameter['in'] !== 'body') return { type: 'string', ...common, ...valueView(parameter) };
    this.addSchema(PARAMETER_SCHEMA, parameter['schema'], inside(pointer, 'schema'));
    return { ...common, schema: {} };
  }

  private responses({ responses, pointer }: OperationSource): JsonObject {
    const shown = responses.filter((located) => this.isNew(located));
    const views = shown.map((located) => {
      this.origins.set(inside(pointer, 'responses', located.code), located.pointer);
      return [located.code, this.response(located)] as const;
    });
    return Object.fromEntries(views.length > 0 ? views : [['default', { description: '' }]]);
  }

  private response({ value: response, pointer }: Located): unknown {
    if (!isJsonObject(response)) return response;
    const { headers, schema } = response;
    const isFile = isJsonObject(schema) && schema['type'] === 'file';
    if (schema !== undefined && !isFile) this.addSchema(RESPONSE_SCHEMA, schema, inside(pointer, 'schema'));
    const views = isJsonObject(headers)
      ? Object.entries(headers).map(([name, header]) => [name, headerView(header)] as const)
      : null;
    return {
      description: '',
      ...picked(response, ['description', 'headers', 'examples']),
      ...(views ? { headers: Object.fromEntries(views) } : {}),
    };
  }

  private addSchema(prefix: string, schema: unknown, pointer: string): void {
    const name = `${prefix}${this.origins.size}`;
    this.origins.set(inside('/definitions', name), pointer);
    this.schemas[name] = isJsonObject(schema) ? bodySchemaView(clipped(schema) as JsonObject) : schema;
  }

  private isNew({ value }: Located): boolean {
    if (!isJsonObject(value)) return true;
    const isNew = !this.shown.has(value);
    this.shown.add(value);
    return isNew;
  }
}

function headerView(header: unknown): unknown {
  return isJsonObject(header) ? { ...picked(header, ['description']), ...valueView(header) } : header;
}

function valueView(value: JsonObject): JsonObject {
  const view = picked(value, VALUE_KEYS);
  return isJsonObject(view['items']) ? { ...view, items: valueView(view['items']) } : view;
}

/**
 * A reference stands alone, whatever stands beside it (the guide's exports write `originalRef` there).
 * Required properties: the validator demands that they are listed, and does not see the ones behind references.
 */
function bodySchemaView(schema: JsonObject): JsonObject {
  const { $ref: reference, required, ...rest } = schema;
  if (typeof reference === 'string') return { $ref: reference };
  const isNames = Array.isArray(required) && required.length > 0 && required.every((name) => typeof name === 'string');
  return isNames ? rest : schema;
}

function picked(object: JsonObject, keys: readonly string[]): JsonObject {
  const present = keys.filter((key) => Object.hasOwn(object, key));
  return Object.fromEntries(present.map((key) => [key, clipped(object[key])]));
}

/** A copy in which every list has at most {@link MAX_LIST} items. Depth is bounded where the body is read. */
function clipped(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_LIST).map(clipped);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, clipped(child)]));
}
