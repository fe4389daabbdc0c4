import { defineFailures } from './define.js';

/** Failures of what the gateway calls: backends, key servers, PRE_API. */
export const backendFailures = defineFailures({
  CircuitOpen: {
    type: 'UpstreamServiceUnavailable',
    status: 503,
    code: 5030001,
    message: 'Upstream Service Unavailable (CircuitBreaker {detail})',
    cause:
      'The backend could not be reached, or was silent, UPSTREAM_BREAKER_FAILURES times in a row. It is left alone for UPSTREAM_BREAKER_OPEN_MS.',
    cure: 'Get the backend to answer. The next request after that time tries it again by itself.',
  },
  UpstreamUnreachable: {
    type: 'UpstreamServiceUnavailable',
    status: 503,
    code: 5030001,
    message: 'Upstream Service Unavailable ({detail})',
    cause:
      'The name of the backend is unknown, its address or port is denied, or it accepted no connection in time. Or the gateway holds as many bodies for checking as MAX_HELD_BODY_BYTES allows.',
    cure: 'Check name, port and firewall of the backend from the machine of the gateway, then ALLOWED_UPSTREAM_PORTS and DENIED_UPSTREAM_CIDRS.',
  },
  UpstreamBroken: {
    type: 'BadGateway',
    status: 502,
    code: 5020001,
    message: 'Upstream Bad Gateway ({detail})',
    cause: 'The backend refused or closed the connection, has no trusted certificate, or answered no valid HTTP.',
    cure: 'Start the backend and check its port, scheme and certificate; UPSTREAM_CA_FILE adds authorities. Let it keep idle connections longer than the gateway does.',
  },
  UpstreamTimeout: {
    type: 'GatewayTimeout',
    status: 504,
    code: 5040001,
    message: 'Gateway Timeout (Upstream ReadTimeout. limit: 60000ms)',
    cause: 'The answer of the backend was not complete within UPSTREAM_TIMEOUT_MS; the text always says 60000.',
    cure: 'Make the backend faster, or its work asynchronous; or raise UPSTREAM_TIMEOUT_MS.',
  },
  JwksUnavailable: {
    type: 'JwksError',
    status: 500,
    code: 5012001,
    message: 'jwks url is unavailable.',
    cause: 'JWT: the address of the key set does not answer 200.',
    cure: 'Open the address from the machine of the gateway; correct it in the plugin and deploy.',
  },
  JwksInvalid: {
    type: 'JwksError',
    status: 500,
    code: 5012002,
    message: 'jwks format is invalid.',
    cause: 'JWT: what the address answers is no key set, or holds no key that can be used.',
    cure: 'Let the address answer a JSON object with keys, RSA of 2,048 bits or more.',
  },
  PreApiUnreachable: {
    type: 'PreApiFailed',
    status: 502,
    code: 5021001,
    message: 'Pre API Connection Failed',
    cause: 'PRE_API: its address does not answer, is denied, or answers more than 10 MB.',
    cure: 'Get the called service to answer; what it answers other than 200 goes to the client as it is.',
  },
  ResponseTooLarge: {
    type: null,
    status: 500,
    code: 500000001,
    message: 'The download size of the response body has been exceeded. the permissible limit is 10mb.',
    cause: 'The answer of the backend is over 10 MB. The client is cut off; only the access log has this code.',
    cure: 'Answer in pages, or give the client a link to where large files are served.',
  },
});
