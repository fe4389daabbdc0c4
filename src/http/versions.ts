import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors/index.js';
import { isV1 } from './routes.js';

/** Makes every operation of v1.0 one that does not exist. Call it before routes are added. */
export function turnOffV1(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request) => {
    if (isV1(request.routeOptions.url ?? '')) throw new AppError('URL_NOT_FOUND');
  });
}
