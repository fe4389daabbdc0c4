import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors/index.js';
import { duplicateName } from '../kernel/duplicate-names.js';
import { jsonDepth } from '../kernel/json-depth.js';
import { readForm } from './form.js';
import { isTokenUrl } from './token-endpoints.js';
import { UnreadBody } from './unread-body.js';
import { readWholeBody } from './whole-body.js';

export const MAX_BODY_BYTES = 1024 * 1024;
/** A document of 10 MB and the envelope around it. */
export const MAX_IMPORT_BYTES = 10 * 1024 * 1024 + 1024;
const MAX_BODY_DEPTH = 64;
const IMPORT_ROUTE = /\/resources\/import$/;
const CSV_ROUTE = /\/apikeys\/import$/;
const JSON_TYPE = /[/+]json\b/i;
const CSV_TYPE = /^text\/csv\b/i;

type JsonParser = (request: FastifyRequest, body: string, done: (error: Error | null, body?: unknown) => void) => void;

/**
 * How bodies are read: JSON of bounded size and depth, in which no name stands twice; the body of an import stays bytes, for its own reader;
 * those of the token endpoints are forms. All but forms are read when the guards have let the call in.
 * An absent body is an empty object, whatever Content-Type says: clients send PUT and POST without one.
 */
export function readBodies(fastify: FastifyInstance): void {
  const parseJson = promisify(fastify.getDefaultJsonParser('error', 'error') as JsonParser);
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage): Promise<unknown> => {
    if (isTokenUrl(request.routeOptions.url ?? '')) return readForm(request, payload);
    return new UnreadBody(() => readBody(request, payload, parseJson));
  });
}

/** The body of a call: the bytes of an import, else parsed JSON. @throws AppError INVALID_PARAMETER */
async function readBody(
  request: FastifyRequest,
  payload: IncomingMessage,
  parseJson: (request: FastifyRequest, body: string) => Promise<unknown>,
): Promise<unknown> {
  const isCsv = isRoute(request, CSV_ROUTE);
  const isImport = isCsv || isRoute(request, IMPORT_ROUTE);
  const body = await readWholeBody(payload, isImport ? MAX_IMPORT_BYTES : MAX_BODY_BYTES);
  const type = request.headers['content-type'];
  if (body.length > 0 && type !== undefined && !(isCsv ? CSV_TYPE : JSON_TYPE).test(type)) {
    throw invalidBody(`must be sent as ${isCsv ? 'text/csv' : 'application/json'}`);
  }
  if (isImport) return body;
  if (body.length === 0) return {};
  if (jsonDepth(body) > MAX_BODY_DEPTH) throw invalidBody(`is nested over ${MAX_BODY_DEPTH} levels`);
  if (!isUtf8(body)) throw invalidBody('must be UTF-8');
  const parsed = await parseJson(request, body.toString('utf8'));
  const twice = duplicateName(body);
  if (twice !== null) throw invalidBody('stands in its object twice', twice);
  return parsed;
}

function isRoute(request: FastifyRequest, route: RegExp): boolean {
  return route.test(request.routeOptions.url ?? '');
}

function invalidBody(message: string, field = ''): AppError {
  return new AppError('INVALID_PARAMETER', [{ property: 'body', field, message }]);
}
