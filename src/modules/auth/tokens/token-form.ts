import type { ErrorDetail } from '../../../errors/index.js';
import { OAuthFailure } from '../../../http/index.js';

const GRANT_TYPE = 'client_credentials';
const MAX_VALUE_LENGTH = 200;

/**
 * What a form asks for when it asks for a token: the one project that it shall be for, or null.
 * Fields that OAuth does not know here are passed over, as RFC 6749 demands.
 * @throws AppError INVALID_PARAMETER naming the field
 */
export function readTokenRequest(form: URLSearchParams): { projectId: string | null } {
  const grantType = readField(form, 'grant_type');
  if (grantType === null) throw invalid('grant_type', 'is required');
  if (grantType !== GRANT_TYPE) {
    throw new OAuthFailure('INVALID_PARAMETER', 'unsupported_grant_type', [
      fault('grant_type', `must be ${GRANT_TYPE}`),
    ]);
  }
  return { projectId: readField(form, 'project_id') };
}

/** The token that a form is about. @throws AppError INVALID_PARAMETER naming the field */
export function readToken(form: URLSearchParams): string {
  const token = readField(form, 'token');
  if (token === null) throw invalid('token', 'is required');
  return token;
}

/** An error for a field of a form. */
export function invalid(field: string, message: string): OAuthFailure {
  return new OAuthFailure('INVALID_PARAMETER', 'invalid_request', [fault(field, message)]);
}

/** A field of a form; an empty one counts as absent. */
function readField(form: URLSearchParams, field: string): string | null {
  const values = form.getAll(field).filter((value) => value !== '');
  if (values.length > 1) throw invalid(field, 'must not be repeated');
  const value = values[0] ?? null;
  if (value !== null && value.length > MAX_VALUE_LENGTH) {
    throw invalid(field, `must not be longer than ${MAX_VALUE_LENGTH} characters`);
  }
  return value;
}

function fault(field: string, message: string): ErrorDetail {
  return { property: 'body', field, message };
}
