import { types } from 'node:util';
import type { GatewayFailure } from '../../errors/index.js';
import { ConnectionDenied } from './connector.js';

/** Codes of errors that mean that no connection came about because nobody answered. Node's and undici's. */
const UNREACHABLE: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'name resolution failed',
  EAI_FAIL: 'name resolution failed',
  EAI_NODATA: 'unknown host',
  EHOSTDOWN: 'host unreachable',
  EHOSTUNREACH: 'host unreachable',
  EADDRNOTAVAIL: 'host unreachable',
  ENETDOWN: 'network unreachable',
  ENETUNREACH: 'network unreachable',
  ENODATA: 'unknown host',
  ENOTFOUND: 'unknown host',
  ETIMEDOUT: 'connect timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect timeout',
};

/** Codes of errors that mean that a backend was there and did not do its part; others are named in general. */
const BROKEN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  CONNECTION_CLOSED: 'connection closed',
  RESPONSE_HEAD_TOO_LARGE: 'response headers too large',
  RESPONSE_INCOMPLETE: 'response incomplete',
  RESPONSE_INVALID: 'response is no valid HTTP',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_HEADERS_OVERFLOW: 'response headers too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'response incomplete',
};

/** The failure that an error of a call to a backend stands for. Details name no address: clients read them. */
export function failureOf(error: unknown): GatewayFailure {
  if (error instanceof ConnectionDenied) return { failure: 'UpstreamUnreachable', detail: error.message };
  const code = types.isNativeError(error) ? ((error as NodeJS.ErrnoException).code ?? '') : '';
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) return { failure: 'UpstreamUnreachable', detail: unreachable };
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') return { failure: 'InternalError' };
  const detail = BROKEN[code] ?? (code.startsWith('HPE_') ? 'response is no valid HTTP' : tlsDetail(code));
  return { failure: 'UpstreamBroken', detail };
}

function tlsDetail(code: string): string {
  return /CERT|TLS|SSL|SIGN|EPROTO|VERIFY/.test(code) ? 'TLS failed' : 'connection broken';
}
