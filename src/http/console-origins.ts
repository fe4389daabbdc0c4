import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of other origins, the consoles of an installation, call the management API. Cookies have no part in it.
 * Call it before what may refuse a request, so that a console can read the refusal.
 */
export function allowConsoles(fastify: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  void fastify.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: [
      'X-NHN-Authorization',
      'Authorization',
      'Content-Type',
      'Idempotency-Key',
      'If-Match',
      'If-None-Match',
      'Accept-Language',
    ],
    exposedHeaders: ['X-Request-Id', 'ETag', 'RateLimit-Policy', 'RateLimit', 'Retry-After', 'Idempotency-Replayed'],
    credentials: false,
    maxAge: PREFLIGHT_SECONDS,
  });
}
