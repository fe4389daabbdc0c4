import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Recurring } from '../../src/kernel/recurring.js';

describe('recurring work', () => {
  it('is done again after a failure, which is told, and never twice at once', async () => {
    const signal = new EventTarget();
    const failures: unknown[] = [];
    let running = 0;
    let most = 0;
    let times = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      times += 1;
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (times === 1) throw new Error('first');
      if (times === 3) signal.dispatchEvent(new Event('third'));
    };
    const recurring = new Recurring(1, work, (error) => failures.push(error));
    recurring.start(0);
    await once(signal, 'third');
    await recurring.stop();
    expect([failures, most]).toEqual([[new Error('first')], 1]);
  });

  it('has ended when it is stopped, and is not begun again', async () => {
    const signal = new EventTarget();
    const done: string[] = [];
    const recurring: Recurring = new Recurring(
      1,
      async () => {
        done.push('begun');
        signal.dispatchEvent(new Event('begun'));
        while (!recurring.isStopped) await new Promise((resolve) => setImmediate(resolve));
        done.push('ended');
      },
      (error) => done.push(String(error)),
    );
    recurring.start(0);
    await once(signal, 'begun');
    await recurring.stop();
    expect(done).toEqual(['begun', 'ended']);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(done).toEqual(['begun', 'ended']);
  });

  it('is never begun when it is stopped before', async () => {
    let times = 0;
    const recurring = new Recurring(
      1,
      () => Promise.resolve(void (times += 1)),
      () => undefined,
    );
    recurring.start(5);
    await recurring.stop();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(times).toBe(0);
  });
});
