import type { HeaderList } from '../../header-list.js';
import { type BodyDecoder, ChunkDecoder, LengthDecoder, RestDecoder } from '../../http1/body.js';
import { hasOption, type HeadText, readHeaderLines, readStatusLine } from '../../http1/head.js';

/** The head of a response, read. */
export interface ReadResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
  /** Whether the backend keeps the connection for further requests. */
  readonly keepsAlive: boolean;
  /** Null: it has no body. */
  readonly body: BodyDecoder | null;
}

/** Reads the head of a response; null for one that others could read in another way (RFC 9112, 6.3). */
export function readResponseHead(head: HeadText, requestMethod: string): ReadResponseHead | null {
  const line = readStatusLine(head);
  // Nobody has asked for another protocol.
  if (!line || line.status === 101) return null;
  const lines = readHeaderLines(head, line.end);
  // Nobody has asked for another coding than chunks either.
  if (!lines || lines.isCodedOtherwise) return null;
  const { headers, connection, contentLength, isChunked } = lines;
  const { status, minorVersion } = line;
  // Two framings, or one that the version does not know: every reader has a choice of its own (RFC 9112, 6.1 and 6.3).
  if (isChunked && (contentLength >= 0 || minorVersion === 0)) return null;
  // Some readers give an interim answer a body when it has a framing, and none goes on behind one that ends the
  // connection, as HTTP/1.0 does; there it has no place at all (RFC 9110, 15.2).
  const isKept = minorVersion === 1 ? !hasOption(connection, 'close') : hasOption(connection, 'keep-alive');
  if (status < 200 && (isChunked || contentLength >= 0 || !isKept || minorVersion === 0)) return null;
  const hasNoBody = requestMethod === 'HEAD' || status < 200 || status === 204 || status === 304;
  const body = hasNoBody ? null : decoderOf(isChunked, contentLength);
  return { status, headers, keepsAlive: isKept && !(body instanceof RestDecoder), body };
}

function decoderOf(isChunked: boolean, contentLength: number): BodyDecoder | null {
  if (isChunked) return new ChunkDecoder();
  if (contentLength < 0) return new RestDecoder();
  return contentLength === 0 ? null : new LengthDecoder(contentLength);
}
