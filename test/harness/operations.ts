import type { Json } from './api.js';
import { openApiDocument } from './declared-errors.js';

/** Length of `/v1.0`. */
const VERSION_LENGTH = 5;

/** What an operation asks of its caller. */
export type OperationAccess = 'appKey' | 'appKey and token' | 'token' | 'accessKey' | 'public';

/** An operation of the OpenAPI document. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  /** Path with `{name}` for its parameters. */
  readonly template: string;
  readonly access: OperationAccess;
  /** Whether it may change something. */
  readonly isWrite: boolean;
  readonly codes: ReadonlySet<number>;
  /** Template of the operation that shows what this one changes; null when none does. */
  readonly shownBy: string | null;
  readonly queryNames: readonly string[];
  /** The required query, `?name=example&…`, from the examples of the document; empty without one. */
  readonly exampleQuery: string;
  /** Content type of the body; JSON without a body. */
  readonly bodyType: string;
  /** The required fields of the body, from the examples of the document; undefined without a body. */
  readonly exampleBody: unknown;
}

/** Every operation of both versions. */
export async function listOperations(controlUrl: string): Promise<ApiOperation[]> {
  const { paths, components } = await openApiDocument(controlUrl);
  const templateOf = (id: string, version: string): string | undefined =>
    Object.keys(paths).find(
      (path) => path.startsWith(version) && paths[path].get?.operationId.replace(/V2$/, '') === id,
    );
  return Object.entries<Json>(paths).flatMap(([template, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => {
      const query = operation.parameters.filter((one: Json) => one.in === 'query');
      const [body] = Object.entries<Json>(operation.requestBody?.content ?? {});
      const [bodyType, content] = body ?? ['application/json'];
      return {
        id: operation.operationId,
        method: method.toUpperCase(),
        template,
        access: accessOf(template, operation),
        isWrite: method !== 'get' && operation['x-only-reads'] !== true,
        shownBy: shownBy(template, method, item, (id) => templateOf(id, template.slice(0, VERSION_LENGTH))),
        codes: new Set<number>(operation['x-error-codes'].map(({ code }: Json) => code)),
        queryNames: query.map((one: Json) => one.name),
        exampleQuery: queryOf(query),
        bodyType,
        exampleBody: content && exampleOf(content.schema, components.schemas),
      };
    }),
  );
}

/** As src/http/openapi.ts says of `If-Match`. */
function shownBy(
  template: string,
  method: string,
  item: Json,
  templateOf: (id: string) => string | undefined,
): string | null {
  const named: string | null | undefined = item[method]['x-changes'];
  if (named) return templateOf(named) ?? null;
  return named === undefined && ['put', 'delete'].includes(method) && item.get ? template : null;
}

/** The path of an operation with values for its parameters. */
export function pathOf({ template }: ApiOperation, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([^}]+)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value for {${name}} of ${template}`);
    return value;
  });
}

/** Names of the path parameters of an operation, in their order. */
export function pathParameters({ template }: ApiOperation): string[] {
  return Array.from(template.matchAll(/\{([^}]+)\}/g), ([, name]) => name ?? '');
}

function accessOf(template: string, { security }: Json): OperationAccess {
  const schemes = (security ?? []).flatMap((one: object) => Object.keys(one));
  if (template.includes('/appkeys/{appKey}')) return schemes.includes('token') ? 'appKey and token' : 'appKey';
  if (schemes.includes('token')) return 'token';
  return schemes.includes('accessKey') ? 'accessKey' : 'public';
}

const HOUR_MS = 3_600_000;

/** The dates of an example grow older than what statistics are kept for. */
const MOVING_EXAMPLES: Readonly<Record<string, () => string>> = {
  startTime: () => new Date(Date.now() - HOUR_MS).toISOString(),
  endTime: () => new Date().toISOString(),
};

function queryOf(parameters: Json[]): string {
  const required = parameters.filter((one) => one.required);
  const pairs = required.map((one): [string, string] => [
    one.name,
    MOVING_EXAMPLES[one.name]?.() ?? String(one.example ?? one.schema.example ?? one.schema.enum?.[0]),
  ]);
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

function exampleOf(schema: Json, schemas: Json): unknown {
  if (schema.$ref) return exampleOf(schemas[schema.$ref.split('/').at(-1)], schemas);
  if (schema.allOf) return exampleOf(schema.allOf[0], schemas);
  if (schema.example !== undefined) return schema.example;
  if (schema.type === 'array') return [exampleOf(schema.items, schemas)];
  if (schema.properties === undefined) throw new Error(`No example in ${JSON.stringify(schema)}`);
  const required: string[] = schema.required ?? [];
  return Object.fromEntries(required.map((name) => [name, exampleOf(schema.properties[name], schemas)]));
}
