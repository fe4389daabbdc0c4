import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors/index.js';
import { isManagementUrl, routeOrUrl } from './routes.js';
import { isTokenUrl } from './token-endpoints.js';

/** Whether the database hangs, and when it begins to. */
export interface Pulse {
  readonly isHanging: boolean;
  onHang(listener: () => void): void;
}

/** Answers a call with a failure. */
type Send = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Answers DATABASE_FAILED while the database hangs: to calls that come, and to those that have been waiting for it.
 * What those have begun is rolled back, or committed when the database goes on: their callers cannot know.
 */
export function refuseWhileHanging(fastify: FastifyInstance, pulse: Pulse, send: Send): void {
  const open = new Map<FastifyReply, FastifyRequest>();
  const refuse = (request: FastifyRequest, reply: FastifyReply) =>
    send(new AppError('DATABASE_FAILED'), request, reply);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isOfDatabase(routeOrUrl(request))) return done();
    // Answered: what comes next does not run.
    if (pulse.isHanging) return refuse(request, reply);
    open.set(reply, request);
    reply.raw.once('close', () => open.delete(reply));
    return done();
  });
  pulse.onHang(() => {
    for (const [reply, request] of open) refuse(request, reply);
  });
}

function isOfDatabase(url: string): boolean {
  return isManagementUrl(url) || isTokenUrl(url) || url === '/health/ready';
}
