import { findHeader } from '../../headers.js';
import type { BackendDispatch } from './backend.js';

/** What would end a line, and NUL. */
const UNFIT = /[\r\n\0]/;
const TARGET = /^\/[\x21-\x7e]*$/;
/** Methods of which a request without a body says that it has none. */
const EXPECTS_BODY = new Set(['POST', 'PUT', 'PATCH']);

/** How the body of a request is framed: not at all, by its length, or in chunks. */
export interface BodyFraming {
  /** Null: in chunks. */
  readonly bytes: number | null;
}

/** How the body of a request is framed. A length that the headers give is believed, and has to be kept. */
export function framingOf({ headers, body }: BackendDispatch): BodyFraming {
  if (!body) return { bytes: 0 };
  const length = findHeader(headers, 'content-length');
  return { bytes: length === null ? null : Number(length) };
}

/**
 * The head of a request as Latin-1, with its empty line.
 * @throws Error for a target or a header that would end its line.
 */
export function requestText(request: BackendDispatch, host: string, { bytes }: BodyFraming): string {
  const { method, path, headers, body } = request;
  if (!TARGET.test(path)) throw new Error('the request target has a character that none can hold');
  let text = `${method} ${path} HTTP/1.1\r\n`;
  // A setting may name another host than the one that is connected to.
  if (findHeader(headers, 'host') === null) text += `Host: ${host}\r\n`;
  let hasLength = false;
  for (let at = 0; at < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]];
    if (UNFIT.test(value) || UNFIT.test(name))
      throw new Error(`the header ${JSON.stringify(name)} has a line end in it`);
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      // A length without a body would make the backend wait for one.
      if (!body) continue;
      hasLength = true;
    }
    text += `${name}: ${value}\r\n`;
  }
  if (body && bytes === null) return `${text}Transfer-Encoding: chunked\r\n\r\n`;
  if (!body && !hasLength && EXPECTS_BODY.has(method)) return `${text}Content-Length: 0\r\n\r\n`;
  return `${text}\r\n`;
}
