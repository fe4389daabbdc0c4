import { errorCatalog, type ErrorKey } from './catalog/index.js';
import { httpStatusOfCode } from './define.js';

/**
 * One fault inside a failed call, in the shape of the published guide.
 * `property` is what was read (`body`, `query`, `path`, `swaggerData`, …); `field` is the place in it:
 * a dotted path for bodies (`methodList[0].methodName`), a JSON pointer for documents (`/paths/~1pets/get`).
 */
export interface ErrorDetail {
  readonly property: string;
  readonly field: string;
  readonly message: string;
}

/** How many faults one answer lists. */
export const MAX_DETAILS = 100;

/**
 * A failure that the caller may see. Thrown by key; number, status and text come from the catalogue.
 * The first {@link MAX_DETAILS} `details` become the errorList; `cause` goes to the log and never to the client.
 */
export class AppError extends Error {
  readonly key: ErrorKey;
  readonly details: readonly ErrorDetail[];

  constructor(key: ErrorKey, details: readonly ErrorDetail[] = [], options?: { cause?: unknown }) {
    super(errorCatalog[key].en, options);
    this.name = 'AppError';
    this.key = key;
    this.details = details.slice(0, MAX_DETAILS);
  }

  /** The public error code. */
  get code(): number {
    return errorCatalog[this.key].code;
  }

  /** The HTTP status that belongs to the code. */
  get httpStatus(): number {
    return httpStatusOfCode(this.code);
  }
}

/** An AppError with a single fault in one field of the request body. */
export function fieldError(key: ErrorKey, field: string, message: string): AppError {
  return new AppError(key, [{ property: 'body', field, message }]);
}

/** INVALID_PARAMETER for a path parameter that names nothing, or something with which the call cannot be done. */
export function pathError(field: string, message: string): AppError {
  return new AppError('INVALID_PARAMETER', [{ property: 'path', field, message }]);
}
