/** A period that a quota holds for. */
export interface QuotaPeriod {
  /** `2026-11-21` or `2026-11`. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly endsAtMs: number;
  readonly lengthSeconds: number;
}

/** The period around a time: from 00:00:00 UTC of the day, or of the first day of the month. */
export function quotaPeriod(unit: 'DAY' | 'MONTH', nowMs: number): QuotaPeriod {
  const now = new Date(nowMs);
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  const isDay = unit === 'DAY';
  const startsAtMs = Date.UTC(year, month, isDay ? day : 1);
  const endsAtMs = isDay ? Date.UTC(year, month, day + 1) : Date.UTC(year, month + 1, 1);
  const id = new Date(startsAtMs).toISOString().slice(0, isDay ? 10 : 7);
  return { id, endsAtMs, lengthSeconds: (endsAtMs - startsAtMs) / 1000 };
}

/** The periods around now, worked out once each. */
export class QuotaPeriods {
  private readonly current = new Map<'DAY' | 'MONTH', QuotaPeriod>();

  at(unit: 'DAY' | 'MONTH', nowMs: number): QuotaPeriod {
    const known = this.current.get(unit);
    if (known && nowMs < known.endsAtMs && nowMs >= known.endsAtMs - known.lengthSeconds * 1000) return known;
    const period = quotaPeriod(unit, nowMs);
    this.current.set(unit, period);
    return period;
  }
}
