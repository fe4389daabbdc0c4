import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/errors/index.js';
import {
  begunBy,
  checkPeriod,
  coverPeriod,
  graphUnit,
  lastDaysOf,
  type Period,
  startsOf,
  touchedUnits,
  unitLengthsMs,
} from '../../src/modules/statistics/statistics.rules.js';

const MINUTE_MS = 60_000;
const NOW_MS = Date.parse('2026-11-21T09:07:30Z');
const LATER_MS = 8e12;

const period = (startTime: string, endTime: string): Period => ({
  startTime: new Date(startTime),
  endTime: new Date(endTime),
});

/** Periods of up to a hundred days, to the millisecond. */
const periods = fc
  .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: MINUTE_MS, max: 100 * unitLengthsMs.ONE_DAYS }))
  .map(([start, length]): Period => ({ startTime: new Date(start), endTime: new Date(start + length) }));

describe('the rows of a period', () => {
  it('are whole days, then hours, ten minutes and minutes towards the edges', () => {
    const ranges = coverPeriod(period('2026-11-18T22:48:30Z', '2026-11-21T01:11:00Z'), NOW_MS);
    expect(ranges.map(({ unit, fromMs }) => [unit, new Date(fromMs).toISOString()])).toEqual([
      ['ONE_MINUTES', '2026-11-18T22:48:00.000Z'],
      ['TEN_MINUTES', '2026-11-18T22:50:00.000Z'],
      ['ONE_HOURS', '2026-11-18T23:00:00.000Z'],
      ['ONE_DAYS', '2026-11-19T00:00:00.000Z'],
      ['ONE_HOURS', '2026-11-21T00:00:00.000Z'],
      ['TEN_MINUTES', '2026-11-21T01:00:00.000Z'],
      ['ONE_MINUTES', '2026-11-21T01:10:00.000Z'],
    ]);
  });

  it('are every minute that the period touches, once, in few units of their own length', () => {
    fc.assert(
      fc.property(periods, (asked) => {
        const ranges = coverPeriod(asked, LATER_MS);
        const { fromMs, toMs } = touchedUnits(asked, 'ONE_MINUTES');
        expect(ranges[0]?.fromMs).toBe(fromMs);
        expect(ranges.at(-1)?.toMs).toBe(toMs);
        expect(ranges.length).toBeLessThanOrEqual(7);
        for (const [index, range] of ranges.entries()) {
          expect(range.fromMs % unitLengthsMs[range.unit]).toBe(0);
          expect((range.toMs - range.fromMs) % unitLengthsMs[range.unit]).toBe(0);
          expect(range.toMs).toBeGreaterThan(range.fromMs);
          expect(ranges[index + 1]?.fromMs ?? range.toMs).toBe(range.toMs);
        }
        const units = ranges.map(({ unit, fromMs: from, toMs: to }) => (to - from) / unitLengthsMs[unit]);
        expect(units.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(100 + 2 * (23 + 5 + 9));
      }),
    );
  });
});

describe('the rows of a period that reaches into the time to come', () => {
  it('end with the day that is running, for all clocks of gateways', () => {
    const toMs = coverPeriod(period('2026-11-20T00:00:00Z', '9999-12-31T23:59:59Z'), NOW_MS).at(-1)?.toMs ?? 0;
    expect(new Date(toMs).toISOString()).toBe('2026-11-22T00:00:00.000Z');
    const late = Date.parse('2026-11-21T23:55:00Z');
    expect(coverPeriod(period('2026-11-21T00:00:00Z', '2026-12-01T00:00:00Z'), late)).toMatchObject([
      { unit: 'ONE_DAYS' },
    ]);
    expect(coverPeriod(period('2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'), NOW_MS)).toEqual([]);
  });
});

describe('a graph', () => {
  it.each([
    ['2026-11-21T00:00:00Z', '2026-11-21T00:59:59Z', 'ONE_MINUTES'],
    ['2026-11-21T00:00:00Z', '2026-11-21T01:00:00Z', 'TEN_MINUTES'],
    ['2026-11-20T00:00:00Z', '2026-11-20T23:59:59Z', 'TEN_MINUTES'],
    ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z', 'ONE_HOURS'],
    ['2026-11-10T00:00:00Z', '2026-11-16T23:59:59Z', 'ONE_HOURS'],
    ['2026-11-10T00:00:00Z', '2026-11-17T00:00:00Z', 'ONE_DAYS'],
  ])('from %s to %s has points of %s', (start, end, unit) => {
    expect(graphUnit(period(start, end))).toBe(unit);
  });

  it('has a point for every unit that the period touches, up to the one that is running', () => {
    const starts = (start: string, end: string, unit: 'ONE_HOURS' | 'ONE_DAYS') =>
      startsOf(begunBy(touchedUnits(period(start, end), unit), NOW_MS)).map((at) => new Date(at).toISOString());
    expect(starts('2026-11-21T06:30:00Z', '2026-11-22T00:00:00Z', 'ONE_HOURS')).toEqual([
      '2026-11-21T06:00:00.000Z',
      '2026-11-21T07:00:00.000Z',
      '2026-11-21T08:00:00.000Z',
      '2026-11-21T09:00:00.000Z',
    ]);
    expect(starts('2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z', 'ONE_DAYS')).toEqual([]);
  });

  it('has few points, however long the period', () => {
    fc.assert(
      fc.property(periods, (asked) => {
        const points = startsOf(touchedUnits(asked, graphUnit(asked)));
        expect(points.length).toBeLessThanOrEqual(170);
      }),
    );
  });
});

describe('a period', () => {
  const check = (asked: Period) => () => checkPeriod(asked, MINUTE_MS, NOW_MS);

  it('may begin on the ninetieth day back, whatever the time', () => {
    expect(check(period('2026-08-23T00:00:00Z', '2026-11-21T09:00:00Z'))).not.toThrow();
    expect(check(period('2026-11-21T09:06:00Z', '2026-11-21T09:07:00Z'))).not.toThrow();
  });

  it.each([
    ['2026-11-21T09:00:00Z', '2026-11-21T08:00:00Z', 'startTime'],
    ['2026-08-22T23:59:59Z', '2026-11-21T08:00:00Z', 'startTime'],
    ['2026-11-21T09:00:00Z', '2026-11-21T09:00:59Z', 'endTime'],
    ['2026-11-21T09:00:00Z', '2026-11-21T09:00:00Z', 'endTime'],
  ])('from %s to %s is refused', (start, end, field) => {
    const refusal = { key: 'STATISTICS_PERIOD_INVALID', details: [expect.objectContaining({ field })] };
    expect(check(period(start, end))).toThrow(AppError);
    expect(check(period(start, end))).toThrow(expect.objectContaining(refusal));
  });

  it('of the last days has today for its last', () => {
    const days = (lastDays: number) => startsOf(lastDaysOf(lastDays, NOW_MS)).map((at) => new Date(at).toISOString());
    expect(days(1)).toEqual(['2026-11-21T00:00:00.000Z']);
    expect(days(30)).toHaveLength(30);
    expect(days(30)[0]).toBe('2026-10-23T00:00:00.000Z');
  });
});
