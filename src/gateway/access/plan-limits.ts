import type { AccessPlan } from '../../contract/access.js';
import { type QuotaUse, WINDOW_SECONDS } from '../counters/index.js';
import { Limit } from '../limit-headers.js';

/** The limits of a usage plan, as answers tell them. */
export class PlanLimits {
  readonly rate: Limit | null;
  private lastQuota: Limit | null = null;

  constructor({ requestsPerSecond }: AccessPlan) {
    this.rate = requestsPerSecond === null ? null : new Limit('plan', requestsPerSecond, WINDOW_SECONDS);
  }

  /** Months differ in their length. */
  quota({ limit, period: { lengthSeconds } }: QuotaUse): Limit {
    if (this.lastQuota?.windowSeconds === lengthSeconds) return this.lastQuota;
    return (this.lastQuota = new Limit('quota', limit, lengthSeconds));
  }
}

/** A plan that has changed is another object. */
const known = new WeakMap<AccessPlan, PlanLimits>();

/** The limits of a plan; all its keys share them. */
export function limitsOf(plan: AccessPlan): PlanLimits {
  let limits = known.get(plan);
  if (!limits) known.set(plan, (limits = new PlanLimits(plan)));
  return limits;
}
