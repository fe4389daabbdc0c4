import type { RequestContext } from '../request-context.js';
import type { Ending } from '../usage/index.js';

/** Tells the lines from those of the gateway's own log. */
const LOG_TYPE = 'access';
const FIRST_ERROR_STATUS = 400;
/** Longer paths and hosts are cut: a line must not grow with what a client sends. */
const MAX_LENGTH = 2_048;

/**
 * The line of a request. The path goes without its query and no header but Host goes at all, so that no key, token or
 * cookie gets into the log. A response that was cut off has the status of the failure that cut it; null means that the
 * client had gone before there was one.
 */
export function accessLine(context: RequestContext, { durationMs, outboundBytes }: Ending): string {
  const { exchange, stage, match, target, failure } = context;
  const status = context.cutStatus ?? exchange.status;
  return JSON.stringify({
    longRequestTime: exchange.receivedAtMs,
    logType: LOG_TYPE,
    logLevel: status === null || status >= FIRST_ERROR_STATUS ? 'ERROR' : 'INFO',
    requestId: exchange.id,
    stage: stage?.stageId,
    host: target.host.slice(0, MAX_LENGTH),
    clientIp: context.clientAddress,
    requestHttpMethod: exchange.method,
    requestPath: target.path.slice(0, MAX_LENGTH),
    resourcePath: match?.path.path ?? '',
    responseHttpStatus: status,
    errorCode: failure?.code ?? '',
    errorMessage: failure?.message ?? '',
    isComplete: exchange.isComplete,
    latencyMs: Math.round(durationMs * 1_000) / 1_000,
    outboundBytes,
  });
}
