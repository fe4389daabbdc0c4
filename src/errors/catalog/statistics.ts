import { defineErrors } from '../define.js';

/** Errors of the domain "statistics"; numbers and messages are part of the public contract. */
export const statisticsErrors = defineErrors({
  STATISTICS_PERIOD_INVALID: {
    code: 400110000,
    en: 'Not enough to make timeline for graph',
    ko: '잘못된 통계 조회기간입니다.',
    cause: 'The period is upside down, reaches back over 90 days, or is too short for its time unit.',
    cure: 'Take a startTime before the endTime, within the last 90 days, and at least a minute apart for a stage.',
  },
});
