import type AjvDraft04 from 'ajv-draft-04';
import { canonicalJson } from '../kernel/canonical-json.js';
import { lazily, requirePackage } from '../kernel/lazy-package.js';
import { compilePattern, patternFaults } from './patterns.js';
import { messageOf, type SchemaError, tellingErrors } from '../kernel/schema-errors.js';

/** Characters of the JSON text of a model's schema. Source: 400102007 of the error table. */
export const MAX_MODEL_SCHEMA_LENGTH = 65_535;

const DRAFT_04 = 'http://json-schema.org/draft-04/schema';

/** A fault of a model's schema; `pointer` is the JSON pointer of its place in the schema. */
export interface ModelSchemaFault {
  readonly pointer: string;
  readonly message: string;
}

const ajvDraft04 = lazily(() => requirePackage('ajv-draft-04') as typeof AjvDraft04);
/** Compiled for the first schema that is checked: gateways check none, and it takes longer than loading the library. */
const draft04 = lazily(compileDraft04);

/**
 * What keeps a value from being the schema of a model: an object, JSON Schema draft-04, not too long, with patterns that
 * can be matched in bounded time. Empty when it is one.
 */
export function modelSchemaFaults(schema: unknown): ModelSchemaFault[] {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return [{ pointer: '', message: 'must be an object' }];
  }
  if (JSON.stringify(schema).length > MAX_MODEL_SCHEMA_LENGTH) {
    return [{ pointer: '', message: `must not be longer than ${MAX_MODEL_SCHEMA_LENGTH} characters` }];
  }
  const matchesDraft04 = draft04();
  if (matchesDraft04(schema)) return patternFaults(schema);
  const faults = tellingErrors(matchesDraft04.errors ?? []).map((error) => ({
    pointer: error.instancePath,
    message: `${messageOf(error)} (JSON Schema draft-04)`,
  }));
  return faults.length > 0 ? faults : [{ pointer: '', message: 'is no JSON Schema draft-04' }];
}

/** Says what keeps a value from fitting a schema, naming the place as a JSON pointer behind `body`; null when it fits. */
export type ModelSchemaTest = (value: unknown) => string | null;

/**
 * Compiles the schema of a model, whole in itself, for values of requests. Formats are not checked, as draft-04 leaves
 * it to the implementation.
 * @throws Error for a schema that refers to what is not there or has a pattern that is none.
 */
export function compileModelSchema(schema: Readonly<Record<string, unknown>>): ModelSchemaTest {
  const { $schema: _version, $async: _async, ...own } = schema;
  const Ajv = ajvDraft04().default;
  const matches = new Ajv({
    strict: false,
    validateFormats: false,
    // Models are checked when they are made; see modelSchemaFaults.
    validateSchema: false,
    meta: false,
    logger: false,
    code: { regExp: Object.assign((pattern: string) => compilePattern(pattern), { code: 'compilePattern' }) },
  }).compile(own);
  return (value) => (matches(value) ? null : firstFault(matches.errors ?? []));
}

function firstFault(errors: readonly SchemaError[]): string {
  const error = tellingErrors(errors)[0] ?? errors.at(-1);
  return error ? `body${error.instancePath}: ${messageOf(error)}` : 'body: does not fit its schema';
}

/**
 * The meta-schema of draft-04, but for one thing: it has the values of an enum compared each with each,
 * which takes minutes for a document full of long ones. `distinct` says the same in one pass.
 */
function compileDraft04() {
  const Ajv = ajvDraft04().default;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addKeyword({
    keyword: 'distinct',
    type: 'array',
    validate: (_schema: unknown, list: unknown[]) =>
      new Set(list.map((item) => canonicalJson(item))).size === list.length,
    error: { message: 'must not have the same value twice' },
  });
  const meta = ajv.getSchema(DRAFT_04)?.schema;
  if (typeof meta !== 'object') throw new Error('the validator has no meta-schema of draft-04');
  const properties = { ...meta.properties, enum: { type: 'array', minItems: 1, distinct: true } };
  return ajv.compile({ ...meta, id: `${DRAFT_04}-distinct`, properties });
}
