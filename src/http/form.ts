import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors/index.js';
import { readWholeBody } from './whole-body.js';

const MAX_FORM_BYTES = 16 * 1024;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/**
 * Reads the form of a token endpoint.
 * @throws AppError INVALID_PARAMETER when it is too large or of another type.
 */
export async function readForm(request: FastifyRequest, payload: IncomingMessage): Promise<URLSearchParams> {
  const body = await readWholeBody(payload, MAX_FORM_BYTES);
  if (body.length > 0 && !FORM_TYPE.test(request.headers['content-type'] ?? '')) {
    const message = 'must be sent as application/x-www-form-urlencoded';
    throw new AppError('INVALID_PARAMETER', [{ property: 'body', field: '', message }]);
  }
  return new URLSearchParams(body.toString('utf8'));
}
