import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/index.js';
import { jsonDepth } from '../kernel/json-depth.js';

export const MAX_BODY_BYTES = 1024 * 1024;
/** A document of 10 MB and the envelope around it. */
export const MAX_IMPORT_BYTES = 10 * 1024 * 1024 + 1024;
const MAX_BODY_DEPTH = 64;
const IMPORT_ROUTE = /\/resources\/import$/;

type Done = (error: Error | null, body?: unknown) => void;
type JsonParser = (request: FastifyRequest, body: string, done: Done) => void;

/**
 * How bodies are read: JSON of bounded size and depth; the body of an import stays bytes, for its worker.
 * An absent body is an empty object, whatever Content-Type says: clients send PUT and POST without one.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error') as JsonParser;
  const read = (request: FastifyRequest, body: Buffer, done: Done) => {
    if (IMPORT_ROUTE.test(request.routeOptions.url ?? '')) return done(null, body);
    if (body.length === 0) return done(null, {});
    if (jsonDepth(body) > MAX_BODY_DEPTH) return done(invalidBody(`is nested over ${MAX_BODY_DEPTH} levels`));
    return parseJson(request, body.toString('utf8'), done);
  };
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, read);
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const type = request.headers['content-type'];
    if (body.length === 0 || type === undefined || /[/+]json\b/i.test(type)) read(request, body, done);
    else done(invalidBody('must be sent as application/json'));
  });
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = IMPORT_ROUTE.test(route.url) ? MAX_IMPORT_BYTES : MAX_BODY_BYTES;
  });
}

function invalidBody(message: string): AppError {
  return new AppError('INVALID_PARAMETER', [{ property: 'body', field: '', message }]);
}
