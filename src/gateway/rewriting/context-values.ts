import type { ContextSource, ContextVariable } from '../../contract/templates.js';
import type { RequestContext } from '../request-context.js';
import { queryValue } from './query.js';

/** A value of a context variable; the slashes between the segments of a rest variable are part of the path. */
export type ContextValue = string | readonly string[];

type Reader = (context: RequestContext, argument: string) => ContextValue | null;

const readers: Readonly<Record<ContextSource, Reader>> = {
  'request.clientIp': ({ clientAddress }) => clientAddress,
  'request.host': ({ target }) => target.host,
  'request.uri': ({ scheme, target: { host, path, query } }) =>
    `${scheme}://${host}${path}${query === '' ? '' : `?${query}`}`,
  'request.uriPath': ({ target }) => target.path,
  'request.uriPattern': ({ match }) => match?.path.path ?? null,
  'request.scheme': ({ scheme }) => scheme,
  'request.httpMethod': ({ exchange }) => exchange.method,
  'request.timestamp': ({ exchange }) => String(exchange.receivedAtMs),
  'request.path': ({ match }, name) => match?.variable(name) ?? null,
  'request.queryString': ({ target }, name) => queryValue(target.query, name),
  'request.header': (context, lowerName) => context.header(lowerName),
  'response.httpStatus': ({ responseStatus }) => (responseStatus === null ? null : String(responseStatus)),
  'error.resultCode': ({ failure }) => failure && String(failure.code),
  'error.resultMessage': ({ failure }) => failure && failure.message,
};

/**
 * What gives the value of a context variable for a request, null when it has none. The time is in milliseconds since 1970.
 * Values of request headers are Latin-1 as sent; all others are text.
 */
export function contextReader({ source, argument }: ContextVariable): (context: RequestContext) => ContextValue | null {
  const read = readers[source];
  const name = source === 'request.header' ? argument.toLowerCase() : argument;
  return (context) => read(context, name);
}
