/** The types under which a service can redefine the gateway's own responses. */
export const gatewayResponseTypes = [
  'UpstreamServiceUnavailable',
  'GatewayTimeout',
  'Unauthorized',
  'JwksError',
  'PreApiFailed',
  'Forbidden',
  'RateLimited',
  'UsageQuotaExceeded',
  'InvalidUri',
  'NotFound',
  'BadGateway',
  'InvalidContextVariable',
  'BadRequest',
  'InternalServerError',
] as const;
/** A type under which a response can be redefined. */
export type GatewayResponseType = (typeof gatewayResponseTypes)[number];

/**
 * One failure that a request can meet in the gateway. `type` null means that the response cannot be redefined.
 * `message` may hold `{detail}`, filled in by the renderer.
 */
export interface GatewayFailureDefinition {
  readonly type: GatewayResponseType | null;
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

/** Every failure of the gateway by its key. Source: the published runtime error codes; InternalError is ours. */
export const gatewayFailures = {
  CircuitOpen: {
    type: 'UpstreamServiceUnavailable',
    status: 503,
    code: 5030001,
    message: 'Upstream Service Unavailable (CircuitBreaker {detail})',
  },
  UpstreamUnreachable: {
    type: 'UpstreamServiceUnavailable',
    status: 503,
    code: 5030001,
    message: 'Upstream Service Unavailable ({detail})',
  },
  UpstreamBroken: { type: 'BadGateway', status: 502, code: 5020001, message: 'Upstream Bad Gateway ({detail})' },
  UpstreamTimeout: {
    type: 'GatewayTimeout',
    status: 504,
    code: 5040001,
    message: 'Gateway Timeout (Upstream ReadTimeout. limit: 60000ms)',
  },
  HmacAuthorizationEmpty: { type: 'Unauthorized', status: 401, code: 4011001, message: 'Authorization is empty.' },
  HmacAlgorithmInvalid: {
    type: 'Unauthorized',
    status: 401,
    code: 4011002,
    message: 'HmacAlgorithm is empty or not supported algorithm',
  },
  HmacSignatureEmpty: { type: 'Unauthorized', status: 401, code: 4011003, message: 'Signature is empty.' },
  HmacHeadersMissing: {
    type: 'Unauthorized',
    status: 401,
    code: 4011004,
    message: 'Not include some headers credential.',
  },
  HmacDateEmpty: { type: 'Unauthorized', status: 401, code: 4011005, message: 'x-nhn-date header is empty.' },
  HmacDateInvalid: {
    type: 'Unauthorized',
    status: 401,
    code: 4011006,
    message: "Invalid x-nhn-date format. ISO Datetime format (yyyy-MM-dd'T'hh:mm:ssZ)",
  },
  HmacExpired: { type: 'Unauthorized', status: 401, code: 4011007, message: 'expired' },
  HmacSignatureInvalid: { type: 'Unauthorized', status: 401, code: 4011008, message: 'Authorization is invalid.' },
  HmacSchemeInvalid: {
    type: 'Unauthorized',
    status: 401,
    code: 4011009,
    message: 'Authorization header must start with the string hmac.',
  },
  JwtAuthorizationEmpty: { type: 'Unauthorized', status: 401, code: 4012002, message: 'Authorization is empty.' },
  JwtSchemeInvalid: { type: 'Unauthorized', status: 401, code: 4012001, message: 'Token type is invalid.' },
  JwtInvalid: { type: 'Unauthorized', status: 401, code: 4012001, message: 'Token is invalid.' },
  JwksUnavailable: { type: 'JwksError', status: 500, code: 5012001, message: 'jwks url is unavailable.' },
  JwksInvalid: { type: 'JwksError', status: 500, code: 5012002, message: 'jwks format is invalid.' },
  PreApiUnreachable: { type: 'PreApiFailed', status: 502, code: 5021001, message: 'Pre API Connection Failed' },
  IpNotAllowed: { type: 'Forbidden', status: 403, code: 4031007, message: 'Request IP not allowed' },
  RequestTooLarge: {
    type: null,
    status: 413,
    code: 4131000,
    message: 'Request size is larger than permissible limit. the permissible limit is 10mb.',
  },
  ResponseTooLarge: {
    type: null,
    status: 500,
    code: 500000001,
    message: 'The download size of the response body has been exceeded. the permissible limit is 10mb.',
  },
  RateExceeded: { type: 'RateLimited', status: 429, code: 4291000, message: 'Too Many Requests' },
  QuotaExceeded: { type: 'UsageQuotaExceeded', status: 429, code: 4291001, message: 'Usage quota exceeded.' },
  UriInvalid: { type: 'InvalidUri', status: 400, code: 4000003, message: 'Invalid URI.' },
  UrlNotFound: { type: 'NotFound', status: 404, code: 4041007, message: 'URL Not Found' },
  ApiKeyEmpty: { type: 'Forbidden', status: 403, code: 4031010, message: 'Request api key is empty.' },
  ApiKeyInactive: { type: 'Forbidden', status: 403, code: 4031011, message: 'Request api key is inactive.' },
  ApiKeyInvalid: { type: 'Forbidden', status: 403, code: 4031012, message: 'Request api key is invalid.' },
  ContextVariableBroken: {
    type: 'InvalidContextVariable',
    status: 500,
    code: 500000002,
    message:
      'Parsing failed due to an incorrect template format in the Context Variable. Please check API Gateway settings',
  },
  ClientIpInvalid: {
    type: 'BadRequest',
    status: 400,
    code: 4000006,
    message: 'Client IP is invalid. Check the X-Forwarded-For request header value.',
  },
  RequestInvalid: { type: 'BadRequest', status: 400, code: 4000007, message: 'Bad Request ({detail})' },
  InternalError: { type: 'InternalServerError', status: 500, code: 500000000, message: 'Internal Server Error' },
} as const satisfies Record<string, GatewayFailureDefinition>;

/** The key of a failure of the gateway. */
export type GatewayFailureKey = keyof typeof gatewayFailures;

/** A failure as plugins and the upstream return it: a key and, where the message has a `{detail}`, its text. */
export interface GatewayFailure {
  readonly failure: GatewayFailureKey;
  readonly detail?: string;
}
