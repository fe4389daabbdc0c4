import type { QuotaPeriod } from '../../kernel/quota-period.js';

/** A limit of requests per second, of whatever `key` stands for. */
export interface RateUse {
  readonly key: string;
  readonly limit: number;
}

/** A quota of requests in a period. */
export interface QuotaUse {
  readonly key: string;
  readonly limit: number;
  readonly period: QuotaPeriod;
}

/** Whether a request is within its limits, and what is left of them after it; 0 of a limit that was not asked for. */
export interface Verdict {
  readonly refused: 'RATE' | 'QUOTA' | null;
  readonly rateLeft: number;
  readonly quotaLeft: number;
}

/** Whether a store is used, and can be. */
export type CounterStoreState = 'none' | 'connected' | 'away';

/** Counts requests against their limits. */
export interface Counters {
  readonly storeState: CounterStoreState;
  /**
   * Counts a request. One that its rate refuses counts nowhere; one that its quota refuses counts for the rate alone.
   * Gives a promise only when something has to be asked elsewhere. Never fails.
   */
  take(rate: RateUse | null, quota: QuotaUse | null): Verdict | Promise<Verdict>;
  /** Stores what is not stored yet. */
  close(): Promise<void>;
}
