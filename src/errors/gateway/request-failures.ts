import { defineFailures } from './define.js';

/** Failures of what is asked for, and of the gateway itself. */
export const requestFailures = defineFailures({
  RequestTooLarge: {
    type: null,
    status: 413,
    code: 4131000,
    message: 'Request size is larger than permissible limit. the permissible limit is 10mb.',
    cause: 'The body of the request is over 10 MB.',
    cure: 'Send it in parts, or to the backend past the gateway.',
  },
  UriInvalid: {
    type: 'InvalidUri',
    status: 400,
    code: 4000003,
    message: 'Invalid URI.',
    cause: 'The path cannot be decoded, or the address of the backend cannot be built with its variables.',
    cure: 'Percent-encode path and query in UTF-8; variables of a path may not be . or .. or hold NUL.',
  },
  UrlNotFound: {
    type: 'NotFound',
    status: 404,
    code: 4041007,
    message: 'URL Not Found',
    cause: 'No stage has this host name, it was never deployed, or what is live has no such path and method.',
    cure: 'Compare host, path and method with the stage and its document; deploy what was changed. HEAD needs a method of its own.',
  },
  ContextVariableBroken: {
    type: 'InvalidContextVariable',
    status: 500,
    code: 500000002,
    message:
      'Parsing failed due to an incorrect template format in the Context Variable. Please check API Gateway settings',
    cause: 'A setting with a context variable cannot be read, or gives no valid header when the request comes.',
    cure: 'Correct the template in the plugin or gateway response, and deploy.',
  },
  ClientIpInvalid: {
    type: 'BadRequest',
    status: 400,
    code: 4000006,
    message: 'Client IP is invalid. Check the X-Forwarded-For request header value.',
    cause: 'A trusted proxy sent an X-Forwarded-For that holds no address.',
    cure: 'Let the proxy write addresses alone, with commas between them; take it out of TRUSTED_PROXIES otherwise.',
  },
  RequestInvalid: {
    type: 'BadRequest',
    status: 400,
    code: 4000007,
    message: 'Bad Request ({detail})',
    cause: 'REQUEST_VALIDATOR refuses the request, or it is no valid HTTP; the detail names the place and the rule.',
    cure: 'Change the request as the detail says; the document of the stage shows what is expected.',
  },
  InternalError: {
    type: 'InternalServerError',
    status: 500,
    code: 500000000,
    message: 'Internal Server Error',
    cause:
      'A fault of the gateway. Also: a MOCK status below 200, or a route with keys before the gateway has got the keys.',
    cure: 'Look for the X-Request-Id of the answer in the log of the gateway, and at its /health/ready.',
  },
});
