import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isManagementUrl, routeOrUrl } from './routes.js';

/** Characters of an entity tag: 132 bits of SHA-256. */
const TAG_LENGTH = 22;
const ENTITY_TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/;
const WEAK = /^W\//;

/** What a condition of a request names: any state of a thing, or some by their entity tags. */
export type TagCondition = '*' | readonly string[];

/** The entity tag of an answer: a hash of its body as it is sent. */
export function etagOf(body: string): string {
  return `"${hash('sha256', body, 'base64url').slice(0, TAG_LENGTH)}"`;
}

/** Reads `If-Match` or `If-None-Match` (RFC 9110, 13.1); null when it is neither `*` nor a list of entity tags. */
export function readTagCondition(header: string): TagCondition | null {
  if (header.trim() === '*') return '*';
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.every((tag) => ENTITY_TAG.test(tag)) ? tags : null;
}

/** Whether a condition names this state. A weak tag never promises that nothing has changed. */
export function isMatchedStrongly(condition: TagCondition, etag: string): boolean {
  return condition === '*' || condition.some((tag) => !WEAK.test(tag) && tag === etag);
}

function isMatchedWeakly(condition: TagCondition, etag: string): boolean {
  return condition === '*' || condition.some((tag) => tag.replace(WEAK, '') === etag);
}

/**
 * Gives answers to GET an entity tag, and 304 without a body to whoever has them already.
 * An answer that is streamed is known too late for either. Use it as the last of the `onSend` hooks.
 */
export function answerConditionally(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (request.method !== 'GET' || !isManagementUrl(routeOrUrl(request))) return payload;
  if (reply.statusCode !== 200 || typeof payload !== 'string' || isFailure(reply)) return payload;
  const etag = etagOf(payload);
  reply.header('ETag', etag);
  const condition = readTagCondition(request.headers['if-none-match'] ?? '');
  if (condition === null || !isMatchedWeakly(condition, etag)) return payload;
  reply.status(304).removeHeader('Content-Type').removeHeader('Content-Length');
  return '';
}

const failures = new WeakSet<FastifyReply>();

/** Notes that an answer tells of a failure: under some settings its status does not say so. */
export function noteFailure(reply: FastifyReply): void {
  failures.add(reply);
}

function isFailure(reply: FastifyReply): boolean {
  return failures.has(reply);
}
