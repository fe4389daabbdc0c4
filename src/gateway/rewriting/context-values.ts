import type { ContextVariable } from '../../contract/templates.js';
import type { RequestContext } from '../request-context.js';
import { queryValue } from './query.js';

/** A value of a context variable; the slashes between the segments of a rest variable are part of the path. */
export type ContextValue = string | readonly string[];

/**
 * The value of a context variable for a request, null when it has none.
 * Values of request headers are Latin-1 as sent; all others are text.
 */
export function contextValue({ source, argument }: ContextVariable, context: RequestContext): ContextValue | null {
  const { exchange, target, match, failure } = context;
  switch (source) {
    case 'request.clientIp':
      return context.clientAddress;
    case 'request.host':
      return target.host;
    case 'request.uri':
      return `${context.scheme}://${target.host}${target.path}${target.query === '' ? '' : `?${target.query}`}`;
    case 'request.uriPath':
      return target.path;
    case 'request.uriPattern':
      return match?.path.path ?? null;
    case 'request.scheme':
      return context.scheme;
    case 'request.httpMethod':
      return exchange.method;
    case 'request.timestamp':
      return String(exchange.receivedAtMs);
    case 'request.path':
      return match?.variables.get(argument) ?? null;
    case 'request.queryString':
      return queryValue(target.query, argument);
    case 'request.header':
      return context.header(argument.toLowerCase());
    case 'response.httpStatus':
      return context.responseStatus === null ? null : String(context.responseStatus);
    case 'error.resultCode':
      return failure && String(failure.code);
    case 'error.resultMessage':
      return failure && failure.message;
  }
}
