import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiExtension, ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { errorCatalog, type ErrorKey, httpStatusOfCode } from '../errors/index.js';

/** Errors that every operation can answer. */
export const commonErrors: readonly ErrorKey[] = [
  'INVALID_PARAMETER',
  'INVALID_APP_KEY',
  'APP_KEY_NOT_ACCEPTED',
  'DATABASE_FAILED',
  'FAIL',
];

/** What the OpenAPI document says of an operation. */
export interface OperationDescription {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Class of the 200 answer. */
  readonly answer: Type;
  /** What it can answer besides {@link commonErrors}. */
  readonly errors: readonly ErrorKey[];
}

/** Declares an operation of the management API: 200 on success, every error it can give, listed as `x-error-codes`. */
export function Operation(operation: OperationDescription): MethodDecorator {
  const errors = [...new Set([...operation.errors, ...commonErrors])];
  const { id, summary, description, answer } = operation;
  return applyDecorators(
    HttpCode(200),
    ApiOperation({ operationId: id, summary, ...(description ? { description } : {}) }),
    ApiOkResponse({ type: answer, description: errorCatalog.SUCCESS.en }),
    ApiExtension(
      'x-error-codes',
      errors.map((key) => ({ code: errorCatalog[key].code, key, message: errorCatalog[key].en })),
    ),
    ...errorResponses(errors),
  );
}

/** One OpenAPI response per HTTP status, with an example per error. */
function errorResponses(errors: readonly ErrorKey[]): MethodDecorator[] {
  const statuses = [...new Set(errors.map(statusOf))];
  return statuses.map((status) => {
    const keys = errors.filter((key) => statusOf(key) === status);
    return ApiResponse({
      status,
      description: keys.map((key) => `${errorCatalog[key].code} ${errorCatalog[key].cause}`).join('\n\n'),
      content: {
        'application/json': {
          schema: { $ref: '#/components/schemas/FailureAnswer' },
          examples: Object.fromEntries(keys.map((key) => [key, { value: exampleOf(key) }])),
        },
      },
    });
  });
}

function statusOf(key: ErrorKey): number {
  return httpStatusOfCode(errorCatalog[key].code);
}

function exampleOf(key: ErrorKey): object {
  const { code, en } = errorCatalog[key];
  return { header: { isSuccessful: false, resultCode: code, resultMessage: en } };
}
