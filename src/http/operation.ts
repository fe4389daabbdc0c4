import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import {
  ApiExtension,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  type ApiResponseOptions,
  ApiSecurity,
} from '@nestjs/swagger';
import { errorCatalog, type ErrorKey } from '../errors/index.js';
import { declaredErrors, failureResponses } from './failure-responses.js';
import { type OperationMetadata, setOperation } from './operation-metadata.js';

/** Names of the security schemes in the OpenAPI document. */
export const securitySchemes = Object.freeze({ token: 'token', accessKey: 'accessKey' });

/**
 * Who may call an operation. `appKey`: who knows the project's appKey, and on v2.0 has a token besides;
 * `token`: who has a token; `accessKey`: who has an access key; `public`: anybody.
 */
export type OperationAccess = 'appKey' | 'token' | 'accessKey' | 'public';

/** Errors that everything can answer that asks the database. */
const databaseErrors: readonly ErrorKey[] = ['DATABASE_FAILED', 'FAIL'];

/** Errors that every operation with this access can answer. */
const commonErrors: Readonly<Record<OperationAccess, readonly ErrorKey[]>> = {
  appKey: ['INVALID_PARAMETER', 'INVALID_APP_KEY', 'APP_KEY_NOT_ACCEPTED', 'TOO_MANY_REQUESTS', ...databaseErrors],
  token: ['INVALID_PARAMETER', 'TOKEN_INVALID', 'INVALID_USER', 'TOO_MANY_REQUESTS', ...databaseErrors],
  accessKey: ['INVALID_PARAMETER', 'INVALID_USER', 'TOO_MANY_REQUESTS', ...databaseErrors],
  public: ['TOO_MANY_REQUESTS'],
};

/** What operations under an appKey can answer on v2.0 besides. */
export const tokenErrors: readonly ErrorKey[] = ['TOKEN_INVALID', 'INVALID_USER', 'USER_NOT_ALLOWED'];

/** What operations that change something can answer besides: every one takes an Idempotency-Key. */
export const writeErrors: readonly ErrorKey[] = ['DUPLICATE_REQUEST'];

/** What operations can answer besides that change something which another operation shows. */
export const changeErrors: readonly ErrorKey[] = ['PRECONDITION_FAILED'];

/** What the OpenAPI document says of an operation. */
export interface OperationDescription {
  /** The operation of v2.0 has `V2` behind it where v1.0 has the same one. */
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Class of the 200 answer. */
  readonly answer: Type;
  /** What it can answer besides the errors that its access brings. */
  readonly errors: readonly ErrorKey[];
  /** `appKey` when absent. */
  readonly access?: OperationAccess;
  /** Whether it has no parameter and no body that could be wrong. */
  readonly takesNothing?: boolean;
  /** Whether it changes nothing although it is no GET. */
  readonly onlyReads?: boolean;
  /** See {@link OperationMetadata}. */
  readonly changes?: string | null;
  /** See {@link OperationMetadata}. */
  readonly tellsChange?: boolean;
}

/** Declares an operation of the management API: 200 on success, every error it can give, listed as `x-error-codes`. */
export function Operation(operation: OperationDescription): MethodDecorator {
  const { id, summary, description, answer, access = 'appKey', takesNothing = false } = operation;
  const { onlyReads = false, tellsChange = false } = operation;
  const changes = operation.changes === undefined ? {} : { changes: operation.changes };
  const common = commonErrors[access].filter((key) => !takesNothing || key !== 'INVALID_PARAMETER');
  const errors = [...new Set([...operation.errors, ...common])];
  const responses = Object.entries(failureResponses(errors));
  return applyDecorators(
    HttpCode(200),
    setOperation({ id, answer, onlyReads, tellsChange, ...changes } satisfies OperationMetadata),
    ApiOperation({ operationId: id, summary, ...(description ? { description } : {}) }),
    ApiOkResponse({ type: answer, description: errorCatalog.SUCCESS.en }),
    ApiExtension('x-error-codes', declaredErrors(errors)),
    ...(onlyReads ? [ApiExtension('x-only-reads', true)] : []),
    ...(operation.changes === undefined ? [] : [ApiExtension('x-changes', operation.changes)]),
    ...responses.map(([status, response]) =>
      ApiResponse({ status: Number(status), ...response } satisfies ApiResponseOptions),
    ),
    ...(access === 'token' || access === 'accessKey' ? [ApiSecurity(securitySchemes[access])] : []),
  );
}
