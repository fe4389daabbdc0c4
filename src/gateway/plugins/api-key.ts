import type { KeyConnection } from '../access/index.js';
import { type Counters, type QuotaUse, type Verdict, WINDOW_SECONDS } from '../counters/index.js';
import { addHeaders } from '../header-list.js';
import { retryHeader } from '../limit-headers.js';
import { type RequestContext, RequestFailed } from '../request-context.js';
import type { CheckServices } from '../services.js';
import type { CheckPlace, RequestCheck } from './step.js';

/** The header that an API key is shown in, lower case. */
export const API_KEY_HEADER = 'x-nhn-apikey';

/**
 * API_KEY: the request shows a value of an active key that is connected to the stage, and is within the usage plan of
 * that connection. That a key is inactive is said only to who may call the stage with it.
 */
export function checkApiKey(_settings: unknown, { stageId }: CheckPlace, services: CheckServices): RequestCheck {
  const { access, counters } = services;
  return (context) => {
    const value = context.header(API_KEY_HEADER);
    if (value === null || value === '') throw new RequestFailed({ failure: 'ApiKeyEmpty' });
    const table = access.current;
    // Nothing is known of keys yet, neither of good ones nor of bad ones.
    if (!table) throw new RequestFailed({ failure: 'InternalError' });
    const connection = table.findConnection(value, stageId);
    if (!connection) throw new RequestFailed({ failure: 'ApiKeyInvalid' });
    if (!connection.key.isActive) throw new RequestFailed({ failure: 'ApiKeyInactive' });
    context.keyCounter = connection.counter;
    return takeFromPlan({ connection, context, counters, services });
  };
}

/** A request within a usage plan, and what counts it. */
interface PlanCheck {
  readonly connection: KeyConnection;
  readonly context: RequestContext;
  readonly counters: Counters;
  readonly services: CheckServices;
}

function takeFromPlan(check: PlanCheck): void | Promise<void> {
  const { plan, counterKey: key } = check.connection;
  const { requestsPerSecond, quota: setting } = plan;
  if (requestsPerSecond === null && setting === null) return;
  const { clock, quotaPeriods } = check.services;
  const rate = requestsPerSecond === null ? null : { key, limit: requestsPerSecond };
  const quota = setting && { key, limit: setting.limit, period: quotaPeriods.at(setting.unit, clock.nowMs()) };
  const verdict = check.counters.take(rate, quota);
  if (verdict instanceof Promise) return verdict.then((given) => conclude(given, quota, check));
  conclude(verdict, quota, check);
}

function conclude(verdict: Verdict, quota: QuotaUse | null, { connection, context, services }: PlanCheck): void {
  const { limits, addedHeaders } = context;
  const { refused, rateLeft, quotaLeft } = verdict;
  const told = connection.limits;
  if (told.rate) limits.push({ of: told.rate, left: rateLeft, resetSeconds: WINDOW_SECONDS });
  if (refused === 'RATE') {
    addHeaders(addedHeaders, retryHeader(WINDOW_SECONDS));
    throw new RequestFailed({ failure: 'RateExceeded' });
  }
  if (!quota) return;
  const { limit, period } = quota;
  context.quotaUse = { periodId: period.id, used: limit - quotaLeft };
  const resetSeconds = Math.max(1, Math.ceil((period.endsAtMs - services.clock.nowMs()) / 1000));
  limits.push({ of: told.quota(quota), left: quotaLeft, resetSeconds });
  if (refused !== 'QUOTA') return;
  addHeaders(addedHeaders, retryHeader(resetSeconds));
  throw new RequestFailed({ failure: 'QuotaExceeded' });
}
