import { AppError, type ErrorDetail, type ErrorKey } from '../errors/index.js';

/** Controller path of the token endpoints. They speak OAuth 2.0: forms in, JSON without an envelope out. */
export const TOKEN_PATH = 'oauth2/token';

const BASIC_CHALLENGE = 'Basic realm="gatewright", charset="UTF-8"';

/** Error codes of RFC 6749, section 5.2, and two of section 4.1.2.1 for what is no fault of the request. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'server_error'
  | 'temporarily_unavailable';

/** A failure of a token endpoint that has an OAuth code of its own. */
export class OAuthFailure extends AppError {
  constructor(
    key: ErrorKey,
    readonly oauthError: OAuthErrorCode,
    details: readonly ErrorDetail[] = [],
  ) {
    super(key, details);
  }
}

/** Whether a URL or a route is one of a token endpoint. */
export function isTokenUrl(url: string): boolean {
  return url.startsWith(`/${TOKEN_PATH}/`);
}

/** What the answer of a failed token endpoint says besides the envelope. */
export function oauthAnswerOf(error: AppError): { fields: { error: OAuthErrorCode }; headers: Record<string, string> } {
  const code = oauthErrorOf(error);
  return {
    fields: { error: code },
    headers: code === 'invalid_client' ? { 'WWW-Authenticate': BASIC_CHALLENGE } : {},
  };
}

function oauthErrorOf(error: AppError): OAuthErrorCode {
  if (error instanceof OAuthFailure) return error.oauthError;
  if (error.key === 'TOO_MANY_REQUESTS') return 'temporarily_unavailable';
  return error.httpStatus >= 500 ? 'server_error' : 'invalid_request';
}
