import { type AppError, errorCatalog, type ErrorDetail } from '../errors/index.js';

/** The head of every answer of the management API. */
export interface EnvelopeHeader {
  readonly isSuccessful: boolean;
  readonly resultCode: number;
  readonly resultMessage: string;
}

/** A fault in the errorList of a failure, as the published guide writes it. */
export interface ErrorListEntry {
  readonly resultCode: number;
  readonly errorProperty: string;
  readonly errorField: string;
  readonly errorMessage: string;
}

const SUCCESS: EnvelopeHeader = Object.freeze({
  isSuccessful: true,
  resultCode: errorCatalog.SUCCESS.code,
  resultMessage: errorCatalog.SUCCESS.en,
});

/** The answer of a call that went well, with the fields given. */
export function success<Fields extends object>(fields?: Fields): { header: EnvelopeHeader } & Fields {
  return { header: SUCCESS, ...(fields as Fields) };
}

/** The answer of a call that failed. */
export function failure(error: AppError): { header: EnvelopeHeader; errorList?: ErrorListEntry[] } {
  const header = { isSuccessful: false, resultCode: error.code, resultMessage: error.message };
  return error.details.length === 0
    ? { header }
    : { header, errorList: error.details.map((detail) => toEntry(error.code, detail)) };
}

function toEntry(resultCode: number, detail: ErrorDetail): ErrorListEntry {
  return {
    resultCode,
    errorProperty: detail.property,
    errorField: detail.field,
    errorMessage: detail.message,
  };
}
