import { jest } from '@jest/globals';

/** Sets the calendar to a time; timers and what measures durations go on as they do. Undo it with jest.useRealTimers(). */
export function setCalendar(nowMs: number): void {
  jest.useFakeTimers({
    now: nowMs,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}
