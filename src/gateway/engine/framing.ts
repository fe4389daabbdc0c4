import { findHeader } from '../headers.js';
import type { ResponseHead } from '../exchange.js';

/** How the client finds the end of a body: there is none, by its length in bytes, in chunks, or by the connection's end. */
export type ResponseFraming = number | 'NONE' | 'CHUNKS' | 'REST';

/** How a response is framed that answers a request of such a method and version. */
export function framingOf(
  request: { readonly method: string; readonly minorVersion: number },
  { status, headers }: ResponseHead,
): ResponseFraming {
  if (request.method === 'HEAD' || hasNoLength(status)) return 'NONE';
  const length = findHeader(headers, 'content-length');
  if (length !== null) return Number(length);
  return request.minorVersion === 1 ? 'CHUNKS' : 'REST';
}

/** Whether a response of this status has no body, so that nothing may be said of its length (RFC 9110, 8.6). */
export function hasNoLength(status: number): boolean {
  return status === 204 || status === 304;
}
