import { errorCatalog, type ErrorKey, httpStatusOfCode } from '../errors/index.js';

/** A response of the OpenAPI document. */
export interface FailureResponse {
  readonly description: string;
  readonly content: Record<string, { schema: { $ref: string }; examples: Record<string, { value: object }> }>;
}

/** An error in an operation's `x-error-codes`. */
export interface DeclaredError {
  readonly code: number;
  readonly key: ErrorKey;
  readonly message: string;
}

/** The errors of an operation as its `x-error-codes`. */
export function declaredErrors(keys: readonly ErrorKey[]): DeclaredError[] {
  return keys.map((key) => ({ code: errorCatalog[key].code, key, message: errorCatalog[key].en }));
}

/** One OpenAPI response per HTTP status of the errors, with an example per error. */
export function failureResponses(keys: readonly ErrorKey[]): Record<number, FailureResponse> {
  const statuses = [...new Set(keys.map(statusOf))];
  return Object.fromEntries(
    statuses.map((status) => {
      const same = keys.filter((key) => statusOf(key) === status);
      const examples = Object.fromEntries(same.map((key) => [key, { value: exampleOf(key) }]));
      const schema = { $ref: '#/components/schemas/FailureAnswer' };
      return [status, { description: describe(same), content: { 'application/json': { schema, examples } } }];
    }),
  );
}

function describe(keys: readonly ErrorKey[]): string {
  return keys.map((key) => `${errorCatalog[key].code} ${errorCatalog[key].cause}`).join('\n\n');
}

function statusOf(key: ErrorKey): number {
  return httpStatusOfCode(errorCatalog[key].code);
}

function exampleOf(key: ErrorKey): object {
  const { code, en } = errorCatalog[key];
  return { header: { isSuccessful: false, resultCode: code, resultMessage: en } };
}
