import type { AccessPage } from '../../contract/access.js';
import { Access } from '../access/index.js';
import { systemClock } from '../clock.js';
import { type Counters, type QuotaUse, QuotaPeriods, type RateUse, type Verdict } from '../counters/index.js';
import { Outbound, Shared } from '../outbound/index.js';
import { VerifiedTokens } from '../plugins/jwt/verified-tokens.js';
import { BodyBudget } from '../plugins/request-validator/body-budget.js';
import type { KeptSchemas } from './kept-schemas.js';
import type { CheckServices } from '../services.js';

/** Bytes of bodies of one request; more than a request may have that is described. */
const MAX_HELD_BYTES = 10 * 1024 * 1024;

/** What is left of a quota before the request, as far as gateways have told. */
export interface QuotaLeft {
  readonly limit: number;
  readonly used: number;
  /** `2026-11-21` or `2026-11`. */
  readonly periodId: string;
  /** Milliseconds since 1970. */
  readonly periodEndsAtMs: number;
}

/** Used of a quota in a period by a key in a stage; 0 where nothing is known. */
export type UsedOfQuota = (apiKeyId: string, periodId: string) => number;

/** Services for the checks of one request that is only described: they call nobody and count nothing. */
export class UntouchedServices implements CheckServices {
  readonly clock = systemClock;
  readonly access = new Access();
  readonly quotaPeriods = new QuotaPeriods();
  readonly keySets: CheckServices['keySets'] = new Shared();
  readonly verifiedTokens = new VerifiedTokens();
  readonly preApiAnswers: CheckServices['preApiAnswers'] = new Shared();
  readonly bodyBudget = new BodyBudget(MAX_HELD_BYTES);
  readonly outbound: Outbound;
  readonly counters: Counters;
  /** How often a check wanted to call somebody. */
  callsWanted = 0;
  /** Requests per second that checks have asked for, in their order. */
  readonly rates: RateUse[] = [];
  quota: QuotaLeft | null = null;

  constructor(
    access: AccessPage,
    usedOfQuota: UsedOfQuota,
    readonly bodySchemas: KeptSchemas,
  ) {
    this.access.take(access);
    this.outbound = new Outbound({
      call: () => {
        this.callsWanted += 1;
        return { failure: 'UpstreamUnreachable', detail: 'nobody is called' };
      },
    });
    this.counters = {
      storeState: 'none',
      take: (rate, quota) => this.look(rate, quota, usedOfQuota),
      close: () => Promise.resolve(),
    };
  }

  /** What a counter would say if nobody else called in this second. */
  private look(rate: RateUse | null, quota: QuotaUse | null, usedOfQuota: UsedOfQuota): Verdict {
    if (rate) this.rates.push(rate);
    const rateLeft = rate ? rate.limit - 1 : 0;
    if (!quota) return { refused: null, rateLeft, quotaLeft: 0 };
    const { limit, period, key } = quota;
    const used = usedOfQuota(key.slice(0, key.indexOf(':')), period.id);
    this.quota = { limit, used, periodId: period.id, periodEndsAtMs: period.endsAtMs };
    return { refused: used >= limit ? 'QUOTA' : null, rateLeft, quotaLeft: Math.max(0, limit - used - 1) };
  }
}
