export type { Counters, CounterStoreState, QuotaUse, RateUse, Verdict } from './counters.js';
export { openCounters } from './open-counters.js';
export { type QuotaPeriod, QuotaPeriods } from '../../kernel/quota-period.js';
export { WINDOW_SECONDS } from './rate-windows.js';
