import type { Span, Tracing } from '../kernel/tracing/index.js';
import { type HeaderList, setHeader } from './header-list.js';
import type { RequestContext } from './request-context.js';

/** Begins the span of a request to a stage, in the trace that the client has begun, or a new one. */
export function beginSpan(context: RequestContext, tracing: Tracing | null): void {
  if (!tracing) return;
  const { exchange, stage, target } = context;
  const headers = { traceparent: context.header('traceparent'), tracestate: context.header('tracestate') };
  context.span = tracing.begin(exchange.method, headers, {
    'http.request.method': exchange.method,
    'url.path': target.path,
    'server.address': target.host,
    'gatewright.request_id': exchange.id,
    'gatewright.stage_id': stage?.stageId ?? '',
  });
}

/** Ends the span of a request that is over. */
export function endSpan({ span, match, exchange, failure, cutStatus }: RequestContext): void {
  if (!span) return;
  if (match) span.note({ 'http.route': match.path.path });
  if (failure) span.note({ 'gatewright.error_code': failure.code });
  span.end(cutStatus ?? exchange.status);
}

/** Begins the span of the call to a backend, whose headers continue the trace. */
export function beginBackendSpan(span: Span | null, method: string, origin: string, headers: HeaderList): Span | null {
  if (!span) return null;
  const call = span.child(`${method} backend`, { 'http.request.method': method, 'server.address': origin });
  const continuing = call.headers();
  for (let at = 0; at < continuing.length; at += 2) setHeader(headers, continuing[at] ?? '', continuing[at + 1] ?? '');
  return call;
}
