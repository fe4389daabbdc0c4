import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../errors/index.js';
import type { Settings } from '../../http/index.js';
import { judgeMetricsReader } from '../../kernel/metrics-access.js';
import type { ControlPlaneMetrics } from './control-plane-metrics.js';

export const METRICS_PATH = '/metrics';

/** Answers a request with a failure. */
type Send = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/** Serves the metrics to who may read them; to others there are none, or they have to show the token. */
export function serveMetrics(
  fastify: FastifyInstance,
  metrics: ControlPlaneMetrics,
  { metricsToken }: Settings,
  send: Send,
): void {
  fastify.get(METRICS_PATH, async (request, reply) => {
    const verdict = judgeMetricsReader(metricsToken, {
      peerAddress: request.socket.remoteAddress ?? '',
      header: (name) => textOf(request.headers[name]),
    });
    if (verdict === 'allowed') return reply.type(metrics.contentType).send(await metrics.read());
    send(new AppError(verdict === 'hidden' ? 'URL_NOT_FOUND' : 'TOKEN_INVALID'), request, reply);
    return reply;
  });
}

function textOf(header: string | string[] | undefined): string | null {
  return Array.isArray(header) ? header.join(',') : (header ?? null);
}
