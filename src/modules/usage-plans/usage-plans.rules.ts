import { fieldError } from '../../errors/index.js';
import type { QuotaPeriodUnit } from './usage-plans.dto.js';

/** A quota as a client asks for it. */
export interface RequestedQuota {
  readonly quotaLimitPeriodUnitCode?: QuotaPeriodUnit | null;
  readonly quotaLimit?: number | null;
}

/** A period and a limit belong together. @throws AppError INVALID_INPUT when one stands without the other */
export function checkQuota({ quotaLimitPeriodUnitCode, quotaLimit }: RequestedQuota): void {
  const hasUnit = (quotaLimitPeriodUnitCode ?? null) !== null;
  const hasLimit = (quotaLimit ?? null) !== null;
  if (hasUnit && !hasLimit)
    throw fieldError('INVALID_INPUT', 'quotaLimit', 'is required with quotaLimitPeriodUnitCode');
  if (hasLimit && !hasUnit) throw fieldError('INVALID_INPUT', 'quotaLimit', 'needs quotaLimitPeriodUnitCode');
}
