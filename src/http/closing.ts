import type { FastifyInstance } from 'fastify';

const SWEEP_INTERVAL_MS = 100;

/**
 * Lets the server end as soon as the running calls are answered: clients are told not to send more on their
 * connections, and those that were answered before they could be told are closed. By itself it would wait until the
 * last of them has been idle for long.
 */
export function closeConnectionsAtEnd(fastify: FastifyInstance): void {
  let isClosing = false;
  fastify.addHook('preClose', async () => {
    isClosing = true;
    const sweeps = setInterval(() => fastify.server.closeIdleConnections(), SWEEP_INTERVAL_MS);
    fastify.server.once('close', () => clearInterval(sweeps));
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (isClosing) reply.header('Connection', 'close');
    done();
  });
}
