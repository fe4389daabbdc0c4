import { headerNames } from '../../headers.js';
import type { BackendDispatch } from './backend.js';

const TARGET = /^\/[\x21-\x7e]*$/;
const isLength = headerNames(['content-length']);
const isHost = headerNames(['host']);
/** Methods of which a request without a body says that it has none. */
const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** The head of a request as it goes out. */
export interface RequestText {
  /** As Latin-1, with its empty line. */
  readonly text: string;
  /** The length that it gives of the body, which has to be kept; null: the body goes in chunks. */
  readonly bodyBytes: number | null;
}

/**
 * Writes the head of a request. A length that its headers give is believed; a body without one goes in chunks.
 * @throws Error for a target that would end its line.
 */
export function requestText({ method, path, headers, body }: BackendDispatch, host: string): RequestText {
  if (!TARGET.test(path)) throw new Error('the request target has a character that none can hold');
  let lines = '';
  // A setting may name another host than the one that is connected to.
  let hasHost = false;
  let bodyBytes: number | null = null;
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]];
    if (isLength(name)) {
      // A length without a body would make the backend wait for one.
      if (!body) continue;
      bodyBytes = Number(value);
    } else if (isHost(name)) hasHost = true;
    lines = lines + name + ': ' + value + '\r\n';
  }
  const text = `${method} ${path} HTTP/1.1\r\n${hasHost ? '' : `Host: ${host}\r\n`}${lines}`;
  if (!body)
    return { text: EXPECTS_BODY.has(method) ? `${text}Content-Length: 0\r\n\r\n` : `${text}\r\n`, bodyBytes: 0 };
  if (bodyBytes === null) return { text: `${text}Transfer-Encoding: chunked\r\n\r\n`, bodyBytes };
  return { text: `${text}\r\n`, bodyBytes };
}
