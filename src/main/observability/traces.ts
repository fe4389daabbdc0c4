import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Span, Tracing } from '../../kernel/tracing/index.js';

/** Has every call traced, in the trace that its caller has begun, or a new one. Call it before routes are added. */
export function traceCalls(fastify: FastifyInstance, tracing: Tracing | null): void {
  if (!tracing) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', async (request) => {
    const { method, routeOptions, id } = request;
    const route = routeOptions.url ?? 'none';
    const headers = { traceparent: textOf(request, 'traceparent'), tracestate: textOf(request, 'tracestate') };
    const facts = { 'http.request.method': method, 'http.route': route, 'gatewright.request_id': id };
    spans.set(request, tracing.begin(`${method} ${route}`, headers, facts));
  });
  fastify.addHook('onResponse', async (request, reply) => spans.get(request)?.end(reply.statusCode));
  fastify.addHook('onRequestAbort', async (request) => spans.get(request)?.end(null));
  fastify.addHook('onClose', () => tracing.close());
}

function textOf({ headers }: FastifyRequest, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' ? value : null;
}
