import { isHeaderName } from '../../../contract/plugins/index.js';
import { fieldError } from '../../../errors/index.js';
import { API_KEY_HEADER, type DescribedRequest } from '../../../gateway/explain/index.js';
import type { ExplainRequest } from './explain.dto.js';

const MAX_HEADERS = 100;
/** Of all headers together; gateways refuse a larger head. */
const MAX_HEADER_BYTES = 32 * 1024;
const CONTROL = /[^\P{Cc}\t]/u;

/** Where a request comes from and goes to as long as it does not say so itself. */
export interface RequestDefaults {
  readonly host: string;
  readonly clientAddress: string;
}

/** The request that somebody asks about. @throws AppError INVALID_INPUT for headers that nobody could send */
export function describeRequest(request: ExplainRequest, defaults: RequestDefaults): DescribedRequest {
  const body = request.body ? Buffer.from(request.body, 'utf8') : null;
  const headers = readHeaders(request.headers ?? {});
  const has = (lowerName: string) => headers.some((text, at) => at % 2 === 0 && text.toLowerCase() === lowerName);
  if (!has('host')) headers.unshift('Host', defaults.host);
  if (request.apiKey) {
    if (has(API_KEY_HEADER)) throw fieldError('INVALID_INPUT', 'apiKey', `stands among the headers too`);
    headers.push(API_KEY_HEADER, wireText(request.apiKey, 'apiKey'));
  }
  if (body && !has('content-length')) headers.push('Content-Length', String(body.length));
  return {
    method: request.methodType,
    target: request.path,
    scheme: request.scheme ?? 'http',
    clientAddress: request.clientIp ?? defaults.clientAddress,
    headers,
    body,
  };
}

/** Text of a header as people read it. */
export function readableText(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function readHeaders(headers: object): string[] {
  const entries = Object.entries(headers);
  if (entries.length > MAX_HEADERS) throw misfit('headers', `must not have more than ${MAX_HEADERS} entries`);
  const list = entries.flatMap(([name, value]: [string, unknown]) => {
    const field = `headers.${name}`;
    if (!isHeaderName(name)) throw misfit(field, 'is no header name');
    if (typeof value !== 'string') throw misfit(field, 'must be a string');
    return [name, wireText(value, field)];
  });
  const bytes = list.reduce((sum, text) => sum + text.length + 2, 0);
  if (bytes > MAX_HEADER_BYTES) throw misfit('headers', `must not be longer than ${MAX_HEADER_BYTES} bytes together`);
  return list;
}

/** A value as it goes over the wire: the bytes of its UTF-8, without the spaces around it. */
function wireText(value: string, field: string): string {
  if (CONTROL.test(value)) throw misfit(field, 'has a character that a header value cannot hold');
  return Buffer.from(value.replace(/^[ \t]+|[ \t]+$/g, ''), 'utf8').toString('latin1');
}

function misfit(field: string, message: string): Error {
  return fieldError('INVALID_INPUT', field, message);
}
