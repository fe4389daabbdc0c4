import type { FastifyReply } from 'fastify';

/** Aborts when the one who asked has hung up. */
export function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
