import { defineErrors } from '../define.js';

/** Errors of the domain "general"; numbers and messages are part of the public contract. */
export const generalErrors = defineErrors({
  SUCCESS: {
    code: 0,
    en: 'SUCCESS',
    ko: '성공',
    cause: 'The call did what it says.',
    cure: 'Nothing is to be done.',
  },
  FAIL: {
    code: -1,
    en: 'FAIL',
    ko: '실패',
    cause: 'A fault that nothing else names. The log holds its reason under the request id.',
    cure: 'Look for the X-Request-Id of the answer in the log of the control plane. A repetition with the same Idempotency-Key is safe.',
  },
  INVALID_PARAMETER: {
    code: 400100000,
    en: 'Invalid parameter.',
    ko: '잘못된 요청입니다.',
    cause: 'A path or query parameter, or the body as a whole, cannot be read.',
    cure: 'Compare the parameter, or the place in the body, that errorList names with the operation in /docs.',
  },
  INVALID_INPUT: {
    code: 400100001,
    en: 'Invalid input.',
    ko: '요청에 잘못된 값이 있습니다.',
    cause: 'A field of the body breaks its rule; errorList names each one.',
    cure: 'Correct the fields that errorList names, and send the call again.',
  },
  INVALID_HEADER_NAME: {
    code: 400100002,
    en: 'Invalid header name.',
    ko: '잘못된 형식의 헤더 이름입니다.',
    cause: 'A header name is not an RFC 9110 token.',
    cure: 'Use letters, digits and - in header names; no spaces, colons or text of other scripts.',
  },
  INVALID_APP_KEY: {
    code: 401100000,
    en: 'Invalid appKey.',
    ko: '잘못된 앱키 입니다.',
    cause: 'No project has this appKey.',
    cure: 'Check the appKey in the path. npm start prints it; GET /v2.0/projects/{projectId}/appkeys lists them.',
  },
  INVALID_USER: {
    code: 401100001,
    en: 'Invalid uuid.',
    ko: '사용자 정보가 유효하지 않습니다.',
    cause: 'The token is good, but its user is gone or disabled.',
    cure: 'Have an administrator enable the user, or take the access key of another one.',
  },
  USER_NOT_ALLOWED: {
    code: 403100000,
    en: 'Not allowed user.',
    ko: '권한이 없습니다.',
    cause: 'The user is no member of the project, or the role is too low.',
    cure: 'Have an ADMIN of the project add the user as a member, or raise the role.',
  },
  AUDIT_RECORD_NOT_FOUND: {
    code: 404100001,
    en: 'Not found audit record.',
    ko: '감사 기록을 찾을 수 없습니다.',
    cause: 'Nothing with this id is remembered, or it is of another project.',
    cure: 'Take an id from GET …/audit-records of the same project.',
  },
  DUPLICATE_REQUEST: {
    code: 409100000,
    en: 'Could not complete the request due to a duplicate request.',
    ko: '중복 요청으로 인해 요청을 완료할 수 없습니다.',
    cause:
      'The same Idempotency-Key is in use by a running request or by another body, or an identical write won the race.',
    cure: 'Wait for the first call and repeat this one; for another body take another Idempotency-Key.',
  },
  PRECONDITION_FAILED: {
    code: 412100000,
    en: 'Precondition failed.',
    ko: '사전 조건이 충족되지 않았습니다.',
    cause: 'If-Match names another state than what is there now: somebody has changed it since it was read.',
    cure: 'Read the thing again, decide whether the change is still right, and send it with the new ETag.',
  },
  REQUEST_TIMEOUT: {
    code: 408100000,
    en: 'The request was not complete in time.',
    ko: '요청이 제한 시간 안에 완료되지 않았습니다.',
    cause: 'The client has not sent the head of a request, or all of it, in time. No code of the published table.',
    cure: 'Send the request faster, or raise CLIENT_HEADERS_TIMEOUT_MS or CLIENT_REQUEST_TIMEOUT_MS.',
  },
  TOO_MANY_REQUESTS: {
    code: 429100000,
    en: 'Too many requests.',
    ko: '요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.',
    cause:
      'The appKey or the client address has made too many calls within a minute, or the address too many with appKeys, ' +
      'tokens or access keys that opened nothing. Retry-After says when there is more. No code of the published table.',
    cure: 'Wait as long as Retry-After says. If it comes from honest use, raise the MANAGEMENT_ limits; behind a proxy set TRUSTED_PROXIES.',
  },
  HEAD_TOO_LARGE: {
    code: 431100000,
    en: 'The request head is too large.',
    ko: '요청 헤더가 너무 큽니다.',
    cause: 'Request line and headers hold more than 16 KB. No code of the published table.',
    cure: 'Send fewer or shorter headers and query parameters.',
  },
  DATABASE_FAILED: {
    code: 500100000,
    en: 'DB Query fail.',
    ko: '일시적인 오류입니다. 오류가 지속되면 고객 센터로 문의해주시기 바랍니다.',
    cause: 'The database is out of reach, or a query failed. The call can be repeated once it is back.',
    cure: 'Look at /health/ready and the log of the control plane, and get the database back. Then repeat the call.',
  },
  APP_KEY_NOT_ACCEPTED: {
    code: 401199000,
    en: 'Failed to authenticate with AppKey.',
    ko: '잘못된 앱키 입니다.',
    cause: 'The appKey is disabled or has expired, or the token belongs to another project.',
    cure: 'Enable the appKey, make one that has not expired, or get a token that is not limited to another project.',
  },
  TOKEN_INVALID: {
    code: 401100003,
    en: 'Token is not valid.',
    ko: '유효하지 않은 토큰입니다.',
    cause: 'The bearer token is missing, malformed, expired or revoked.',
    cure: 'Get a new token from POST /oauth2/token/create, and send it as X-NHN-Authorization: Bearer TOKEN.',
  },
  URL_NOT_FOUND: {
    code: 4041007,
    en: 'URL Not Found',
    ko: '요청한 URL을 찾을 수 없습니다.',
    cause: 'No operation has this path and method.',
    cure: 'Compare method and path with /docs. v1.0 may be turned off by V1_ENABLED=false.',
  },
});
