import { type AccessLog, accessLine } from './access-log/index.js';
import { NO_STAGE, type RequestMeter } from './metrics/index.js';
import type { RequestContext } from './request-context.js';
import { turnClock } from './turn.js';
import type { UsageCounters } from './usage/index.js';

/** Where it is noted what became of requests. */
export interface Ledger {
  readonly usage: UsageCounters;
  readonly accessLog: AccessLog;
  readonly meter: RequestMeter;
}

/**
 * Counts a request that is over and, where its stage wants that, logs it. Requests whose host is no stage's belong to
 * nobody: they are in the metrics alone.
 */
export function noteEnd(context: RequestContext, { usage, accessLog, meter }: Ledger): void {
  const { stage, exchange } = context;
  const ending = {
    atMs: turnClock.nowMs(),
    status: exchange.isComplete ? exchange.status : null,
    durationMs: exchange.elapsedMs,
    outboundBytes: exchange.outboundBytes,
  };
  meter.record(stage?.stageId ?? NO_STAGE, ending);
  if (!stage) return;
  const route = context.counter ?? stage.counter;
  usage.record(route, ending);
  if (context.keyCounter) usage.keys.record(context.keyCounter, route, ending.atMs, context.quotaUse);
  if (stage.hasAccessLog) accessLog.write(accessLine(context, ending));
}
