import type { AccessPlan } from '../../contract/access.js';
import type { AccessTable, KnownKey } from '../access/index.js';
import { type Counters, type QuotaUse, type RateUse, type Verdict, WINDOW_MS } from '../counters/index.js';
import { type RequestContext, RequestFailed } from '../request-context.js';
import type { CheckServices } from '../services.js';
import { retryHeader } from '../limit-headers.js';
import type { CheckPlace, RequestCheck } from './step.js';

/** The header that an API key is shown in, lower case. */
export const API_KEY_HEADER = 'x-nhn-apikey';
const WINDOW_SECONDS = WINDOW_MS / 1000;

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
    const { key, plan } = findConnection(table, value, stageId);
    if (!key.isActive) throw new RequestFailed({ failure: 'ApiKeyInactive' });
    context.apiKeyId = key.id;
    return takeFromPlan(plan, `${key.id}:${stageId}`, { context, counters, services });
  };
}

function findConnection(table: AccessTable, value: string, stageId: string): { key: KnownKey; plan: AccessPlan } {
  const key = table.findKey(value);
  const planId = key && Object.hasOwn(key.plans, stageId) ? key.plans[stageId] : undefined;
  const plan = planId === undefined ? null : table.plan(planId);
  if (!key || !plan) throw new RequestFailed({ failure: 'ApiKeyInvalid' });
  return { key, plan };
}

/** A request within a usage plan, and what counts it. */
interface PlanCheck {
  readonly context: RequestContext;
  readonly counters: Counters;
  readonly services: CheckServices;
}

function takeFromPlan(plan: AccessPlan, key: string, check: PlanCheck): void | Promise<void> {
  const { requestsPerSecond, quota: setting } = plan;
  if (requestsPerSecond === null && setting === null) return;
  const { clock, quotaPeriods } = check.services;
  const rate = requestsPerSecond === null ? null : { key, limit: requestsPerSecond };
  const quota = setting && { key, limit: setting.limit, period: quotaPeriods.at(setting.unit, clock.nowMs()) };
  const verdict = check.counters.take(rate, quota);
  if (verdict instanceof Promise) return verdict.then((given) => conclude(given, rate, quota, check));
  conclude(verdict, rate, quota, check);
}

function conclude(verdict: Verdict, rate: RateUse | null, quota: QuotaUse | null, check: PlanCheck): void {
  const { limits, addedHeaders } = check.context;
  const { refused, rateLeft, quotaLeft } = verdict;
  if (rate) {
    const { limit } = rate;
    const windowSeconds = WINDOW_SECONDS;
    limits.push({ name: 'plan', limit, left: rateLeft, windowSeconds, resetSeconds: windowSeconds });
  }
  if (refused === 'RATE') {
    addedHeaders.push(...retryHeader(WINDOW_SECONDS));
    throw new RequestFailed({ failure: 'RateExceeded' });
  }
  if (!quota) return;
  const { limit, period } = quota;
  check.context.quotaUse = { periodId: period.id, used: limit - quotaLeft };
  const resetSeconds = Math.max(1, Math.ceil((period.endsAtMs - check.services.clock.nowMs()) / 1000));
  limits.push({ name: 'quota', limit, left: quotaLeft, windowSeconds: period.lengthSeconds, resetSeconds });
  if (refused !== 'QUOTA') return;
  addedHeaders.push(...retryHeader(resetSeconds));
  throw new RequestFailed({ failure: 'QuotaExceeded' });
}
