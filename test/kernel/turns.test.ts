import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Turns } from '../../src/kernel/turns.js';

describe('turns', () => {
  it('run the work of a key one after the other, in the order of the calls, and keys beside each other', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(fc.tuple(key, fc.boolean()), { maxLength: 20 }), async (s, calls) => {
        const turns = new Turns();
        const begun: Record<string, number[]> = {};
        const running = new Set<string>();
        const results = Promise.allSettled(
          calls.map(([name, isFailing], index) =>
            turns.run(name, async () => {
              expect(running.has(name)).toBe(false);
              running.add(name);
              (begun[name] ??= []).push(index);
              await s.schedule(Promise.resolve());
              running.delete(name);
              if (isFailing) throw new Error(`failed ${index}`);
              return index;
            }),
          ),
        );
        await s.waitFor(results);
        for (const order of Object.values(begun)) expect(order).toEqual(order.toSorted((a, b) => a - b));
        expect(await results).toEqual(
          calls.map(([, isFailing], index) =>
            isFailing
              ? { status: 'rejected', reason: new Error(`failed ${index}`) }
              : { status: 'fulfilled', value: index },
          ),
        );
        expect(turns.size).toBe(0);
      }),
    );
  });

  it('do not hold a key back by the work of another', async () => {
    const turns = new Turns();
    const signal = new EventTarget();
    const first = turns.run('a', () => new Promise((resolve) => signal.addEventListener('go', resolve)));
    expect(await turns.run('b', () => Promise.resolve('done'))).toBe('done');
    signal.dispatchEvent(new Event('go'));
    expect(await first).toBeInstanceOf(Event);
  });
});
