import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../errors/index.js';
import type { Call } from '../call.js';

/** For how long an answer is kept. */
export const ANSWERS_KEPT_HOURS = 24;
const HEADER = 'Idempotency-Key';
/** A structured field string (RFC 8941), or the same characters without its quotes. */
const KEY = /^(?:"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/;

/** The Idempotency-Key of a call; null when it has none. @throws AppError INVALID_PARAMETER */
export function readIdempotencyKey(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  const [, quoted, bare] = (typeof header === 'string' && KEY.exec(header)) || [];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  if (bare !== undefined) return bare;
  throw new AppError('INVALID_PARAMETER', [
    { property: 'header', field: HEADER, message: 'must be 1 to 255 visible characters, alone or in double quotes' },
  ]);
}

/** What tells a call from others: who makes it, of what, with which body. */
export function fingerprintOf(request: FastifyRequest, { actor }: Call, body: unknown): string {
  const { userId, appKeyId } = actor;
  const hash = createHash('sha256').update(JSON.stringify([request.method, request.url, userId, appKeyId]));
  return hash.update(Buffer.isBuffer(body) ? body : textOf(body)).digest('hex');
}

function textOf(body: unknown): string {
  return body instanceof URLSearchParams ? body.toString() : (JSON.stringify(body) ?? '');
}

/** @throws AppError DUPLICATE_REQUEST: another call has the key. */
export function refuseKey(message: string): never {
  throw new AppError('DUPLICATE_REQUEST', [{ property: 'header', field: HEADER, message }]);
}
