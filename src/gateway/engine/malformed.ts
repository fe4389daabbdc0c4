import { STATUS_CODES } from 'node:http';
import { type GatewayFailureKey, gatewayFailures } from '../../errors/index.js';
import { newId } from '../../kernel/ids.js';
import { defaultFailure } from '../failures/index.js';

const MALFORMED: GatewayFailureKey = 'RequestInvalid';
/** Status of the answer to what is no valid HTTP. */
export const MALFORMED_STATUS = gatewayFailures[MALFORMED].status;
/** What is wrong with it where nothing more is known. */
export const NOT_HTTP = 'the request is no valid HTTP';
export const TOO_SLOW = 'the request was not complete in time';
export const HEAD_TOO_LARGE = 'the headers are too large';

/** The whole answer to what is no valid HTTP, as it goes over the wire. */
export function malformedAnswer(detail: string): string {
  const { head, body } = defaultFailure({ failure: MALFORMED, detail });
  const length = String(Buffer.byteLength(body));
  const headers = [...head.headers, 'X-Request-Id', newId(), 'Content-Length', length, 'Connection', 'close'];
  let text = `HTTP/1.1 ${head.status} ${STATUS_CODES[head.status]}\r\n`;
  for (let at = 0; at < headers.length; at += 2) text += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return `${text}\r\n${body}`;
}
