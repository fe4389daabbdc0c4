import { hasOption, type HeaderLines, type HeadText, readHeaderLines, readRequestLine } from '../../http1/head.js';
import type { ReceivedHead } from './socket-exchange.js';

/** The head of a request, read. */
export interface RequestHead extends ReceivedHead {
  /** Whether the client wants the connection for further requests. */
  readonly keepsAlive: boolean;
  /** Whether the client waits for a 100 before it sends the body. */
  readonly expectsContinue: boolean;
}

/**
 * Reads the head of a request. Null for one that is no HTTP/1.0 or 1.1, or that others could read in another way:
 * RFC 9112, 6.3 with every choice of a recipient decided for refusal.
 */
export function readRequestHead(head: HeadText): RequestHead | null {
  const line = readRequestLine(head);
  if (!line || line.method === 'CONNECT') return null;
  const { method, target, minorVersion, end } = line;
  const lines = readHeaderLines(head, end);
  if (!lines || !isFramedClearly(lines, minorVersion)) return null;
  const { headers, contentLength, isChunked, connection, expectsContinue } = lines;
  return {
    method,
    target,
    minorVersion,
    headers,
    declaredBytes: isChunked ? null : Math.max(0, contentLength),
    keepsAlive: minorVersion === 1 ? !hasOption(connection, 'close') : hasOption(connection, 'keep-alive'),
    expectsContinue: expectsContinue && minorVersion === 1,
  };
}

function isFramedClearly(
  { isChunked, isCodedOtherwise, contentLength, hosts }: HeaderLines,
  minorVersion: 0 | 1,
): boolean {
  if (isCodedOtherwise || (isChunked && (contentLength >= 0 || minorVersion === 0))) return false;
  return hosts === 1 || (hosts === 0 && minorVersion === 0);
}
