import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SYNC_PREFIX } from '../../contract/sync.js';
import { callerAddress, type Settings } from '../../http/index.js';
import { isManagementUrl } from '../../http/routes.js';
import { newId } from '../../kernel/ids.js';
import { type ProcessLogger, withLogContext, withoutRedaction } from '../../kernel/logging.js';

const REQUEST_ID = /^[0-9a-z]{16,40}$/;

/** As much of an incoming request as tells its id. */
interface NamedRequest {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** The id of a call: a gateway's own, so that both logs name it; nobody else's is believed. */
export function requestIdOf({ url, headers }: NamedRequest): string {
  const sent = headers['x-request-id'];
  const isGateway = url?.startsWith(`${SYNC_PREFIX}/`) === true;
  return isGateway && typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : newId();
}

/**
 * Logs a line for every call, and has every line that is logged for one carry its id. Calls of gateways, probes and
 * documents are many and say little: they are logged at the level debug.
 */
export function logCalls(fastify: FastifyInstance, logger: ProcessLogger, settings: Settings): void {
  const calls = withoutRedaction(logger);
  fastify.addHook('onRequest', (request, _reply, done) => withLogContext({ requestId: request.id }, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    const level = isManagementUrl(request.routeOptions.url ?? '') ? 'info' : 'debug';
    if (calls.isLevelEnabled(level)) calls[level](callFields(request, reply, settings), 'call');
    done();
  });
}

/** Never the URL: it holds an appKey. */
function callFields(request: FastifyRequest, reply: FastifyReply, settings: Settings): object {
  return {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
    address: callerAddress(request, settings.trustedProxies),
  };
}
