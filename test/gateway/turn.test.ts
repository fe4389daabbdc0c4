import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { flushAtTurnEnd, turnClock } from '../../src/gateway/turn.js';

/** Keeps the turn going for so long. */
function work(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

const read = (): [number, number] => [turnClock.nowMs(), turnClock.steadyMs()];

describe('the clock of a turn', () => {
  it('stands still within a turn, and is right in the next one', async () => {
    await delay(1);
    const [before, steadyBefore] = read();
    work(20);
    expect(read()).toEqual([before, steadyBefore]);
    await nextTurn();
    const [after, steadyAfter] = read();
    expect(steadyAfter - steadyBefore).toBeGreaterThanOrEqual(20);
    expect(Math.abs(after - Date.now())).toBeLessThan(1_000);
    expect(after - before).toBeGreaterThanOrEqual(19);
  });

  it('is read again for what is sent at the end of the turn, and after that', async () => {
    await delay(1);
    const times: number[] = [];
    flushAtTurnEnd({
      flush() {
        times.push(turnClock.steadyMs());
        work(20);
      },
    });
    times.push(turnClock.steadyMs());
    work(20);
    await nextTurn();
    await nextTurn();
    times.push(turnClock.steadyMs());
    const [begin = 0, sent = 0, after = 0] = times;
    expect(sent - begin).toBeGreaterThanOrEqual(20);
    expect(after - sent).toBeGreaterThanOrEqual(20);
  });
});
