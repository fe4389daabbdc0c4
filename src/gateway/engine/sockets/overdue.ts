import type { RequestReader } from './request-reader.js';

/** How long a client may take. */
export interface ClientLimits {
  /** For the head of a request, from its first byte. */
  readonly headersTimeoutMs: number;
  /** For a whole request. */
  readonly requestTimeoutMs: number;
  /** Between two requests. */
  readonly idleTimeoutMs: number;
  /** Without a byte in either direction while a request runs. */
  readonly silenceTimeoutMs: number;
}

/** Of a connection: since when nothing has moved on it, and since when the request has come. */
export interface ClientTimes {
  readonly silentMs: number;
  readonly runsMs: number;
}

/** What a connection that takes too long has coming: an answer that says so, or its end; null when it is in time. */
export function overdue(
  { phase, isHeadBegun }: Pick<RequestReader, 'phase' | 'isHeadBegun'>,
  { silentMs, runsMs }: ClientTimes,
  limits: ClientLimits,
): 'REFUSE' | 'CUT' | null {
  if (phase === 'HEAD' && isHeadBegun) return runsMs > limits.headersTimeoutMs ? 'REFUSE' : null;
  if (phase === 'HEAD') return silentMs > limits.idleTimeoutMs ? 'CUT' : null;
  if (phase === 'BODY' && runsMs > limits.requestTimeoutMs) return 'REFUSE';
  return silentMs > limits.silenceTimeoutMs ? 'CUT' : null;
}
