import { METRIC_RETENTION_DAYS } from '../../contract/sync.js';
import { AppError } from '../../errors/index.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
/** Gateways whose clocks are ahead by this much are believed. */
export const CLOCK_AHEAD_MS = 10 * MINUTE_MS;

/** Time units of statistics and their lengths in milliseconds, longest first. Every one begins in UTC. */
export const unitLengthsMs = {
  ONE_DAYS: DAY_MS,
  ONE_HOURS: HOUR_MS,
  TEN_MINUTES: 10 * MINUTE_MS,
  ONE_MINUTES: MINUTE_MS,
} as const;
/** A time unit of statistics. Source: the enum guide. */
export type MetricUnit = keyof typeof unitLengthsMs;
const units = Object.keys(unitLengthsMs) as MetricUnit[];

/** What the top services are ordered by, largest first. Source: the enum guide. */
export const topServiceOrders = ['CALL_COUNT', 'FAIL_CALL_COUNT', 'AVG_RESPONSE_TIME'] as const;
/** What the top services are ordered by. */
export type TopServiceOrder = (typeof topServiceOrders)[number];

/** Top services are at most this many. */
export const MAX_TOP_SERVICES = 10;

/** A period as a client asks for it; the end does not belong to it. */
export interface Period {
  readonly startTime: Date;
  readonly endTime: Date;
}

/** Units that begin in a span of time; milliseconds of the epoch, the end does not belong to it. */
export interface UnitRange {
  readonly unit: MetricUnit;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Demands that a period does not end before it begins, is at least `shortestMs` long and begins on a day that is kept.
 * The bound is a whole day (UTC): who asks for the last 90 days to the second is let in when the call arrives.
 * @throws AppError STATISTICS_PERIOD_INVALID
 */
export function checkPeriod({ startTime, endTime }: Period, shortestMs: number, nowMs: number): void {
  const lengthMs = endTime.getTime() - startTime.getTime();
  if (lengthMs < 0) throw periodError('startTime', 'must not be after endTime');
  if (startTime.getTime() < floor(nowMs, DAY_MS) - METRIC_RETENTION_DAYS * DAY_MS) {
    throw periodError('startTime', `must not lie back over ${METRIC_RETENTION_DAYS} days`);
  }
  if (lengthMs < shortestMs) throw periodError('endTime', `must be at least ${shortestMs} ms after startTime`);
}

/** The shortest period of the statistics of a stage. */
export const SHORTEST_STAGE_PERIOD_MS = MINUTE_MS;
/** The shortest period of the statistics of an API key, whose days count whole. */
export const SHORTEST_API_KEY_PERIOD_MS = 1;

function periodError(field: string, message: string): AppError {
  return new AppError('STATISTICS_PERIOD_INVALID', [{ property: 'query', field, message }]);
}

/**
 * The rows that make up a period, as few as possible: whole days, and towards the edges hours, ten minutes and minutes.
 * Minutes that the period only touches count whole; days to come are left out. At most seven ranges, in order,
 * without gap or overlap.
 */
export function coverPeriod(period: Period, nowMs: number): UnitRange[] {
  const { fromMs, toMs } = touchedUnits(period, 'ONE_MINUTES');
  const lastMs = floor(nowMs + CLOCK_AHEAD_MS, DAY_MS) + DAY_MS;
  return cover(fromMs, Math.min(toMs, lastMs), units);
}

function cover(fromMs: number, toMs: number, [unit, ...finer]: readonly MetricUnit[]): UnitRange[] {
  if (fromMs >= toMs || unit === undefined) return [];
  const first = ceil(fromMs, unitLengthsMs[unit]);
  const last = floor(toMs, unitLengthsMs[unit]);
  if (first >= last) return cover(fromMs, toMs, finer);
  return [...cover(fromMs, first, finer), { unit, fromMs: first, toMs: last }, ...cover(last, toMs, finer)];
}

/** The units of a length that a period touches. */
export function touchedUnits({ startTime, endTime }: Period, unit: MetricUnit): UnitRange {
  const lengthMs = unitLengthsMs[unit];
  return { unit, fromMs: floor(startTime.getTime(), lengthMs), toMs: ceil(endTime.getTime(), lengthMs) };
}

/** The time unit of a graph over a period. Source: the console guide. */
export function graphUnit({ startTime, endTime }: Period): MetricUnit {
  const lengthMs = endTime.getTime() - startTime.getTime();
  if (lengthMs < HOUR_MS) return 'ONE_MINUTES';
  if (lengthMs < DAY_MS) return 'TEN_MINUTES';
  return lengthMs < WEEK_MS ? 'ONE_HOURS' : 'ONE_DAYS';
}

/** A range without the units that have not begun yet. */
export function begunBy({ unit, fromMs, toMs }: UnitRange, nowMs: number): UnitRange {
  const lengthMs = unitLengthsMs[unit];
  return { unit, fromMs, toMs: Math.max(fromMs, Math.min(toMs, floor(nowMs, lengthMs) + lengthMs)) };
}

/** When the units of a range begin, in milliseconds of the epoch. */
export function startsOf({ unit, fromMs, toMs }: UnitRange): number[] {
  const lengthMs = unitLengthsMs[unit];
  return Array.from({ length: (toMs - fromMs) / lengthMs }, (_unused, index) => fromMs + index * lengthMs);
}

/** The last days (UTC), today being one of them. */
export function lastDaysOf(lastDays: number, nowMs: number): UnitRange {
  const toMs = floor(nowMs, DAY_MS) + DAY_MS;
  return { unit: 'ONE_DAYS', fromMs: toMs - lastDays * DAY_MS, toMs };
}

function floor(timeMs: number, lengthMs: number): number {
  return Math.floor(timeMs / lengthMs) * lengthMs;
}

function ceil(timeMs: number, lengthMs: number): number {
  return Math.ceil(timeMs / lengthMs) * lengthMs;
}
