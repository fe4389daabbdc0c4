import type { FastifyRequest } from 'fastify';
import { callerAddress, type Settings } from '../../http/index.js';
import { type AuditActor } from '../audit/index.js';
import { findCaller } from '../auth/index.js';
import { findTenant } from '../tenancy/index.js';

/** A call that changes something: who makes it, and of what. */
export interface Call {
  readonly actor: AuditActor;
  /** The project that it is about, as far as its appKey or its path says. */
  readonly projectId: string | null;
  readonly requestId: string;
  /** Path below its version and appKey. */
  readonly objectPath: string;
  /** The last id of its path; null when it has none. */
  readonly objectId: string | null;
  readonly serviceId: string | null;
  /** Whose Idempotency-Key it may carry. */
  readonly scope: string;
}

const VERSION_AND_APP_KEY = /^\/(?:v\d+\.\d+\/)?(?:appkeys\/[^/]+\/)?/;

/** Describes a call that its guards have let in. */
export function describeCall(request: FastifyRequest, { trustedProxies }: Settings): Call {
  const tenant = findTenant(request);
  const caller = findCaller(request);
  const { appKey: _appKey, ...names } = request.params as Record<string, string>;
  return {
    actor: {
      userId: caller?.userId ?? null,
      accessKeyId: caller?.accessKeyId ?? null,
      tokenId: caller?.tokenId ?? null,
      appKeyId: tenant?.appKeyId ?? null,
      address: callerAddress(request, trustedProxies),
    },
    projectId: tenant?.projectId ?? names['projectId'] ?? null,
    requestId: request.id,
    objectPath: (request.url.split('?', 1)[0] ?? '').replace(VERSION_AND_APP_KEY, ''),
    objectId: Object.values(names).at(-1) ?? null,
    serviceId: names['apigwServiceId'] ?? null,
    scope: tenant ? `project ${tenant.projectId}` : `user ${caller?.userId ?? ''}`,
  };
}

/** The id of what a call has made, from its answer: the first id in the first object of it; null when there is none. */
export function idOfMade(answer: object): string | null {
  const members = Object.entries(answer).filter(([name]) => name !== 'header');
  const [first] = members;
  if (!first) return null;
  const [name, value] = first as [string, unknown];
  if (typeof value === 'string') return name.endsWith('Id') ? value : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const id = Object.entries(value).find(([key]) => key.endsWith('Id'))?.[1] as unknown;
  return typeof id === 'string' ? id : null;
}
