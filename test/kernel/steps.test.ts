import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentHash, contentHashSteps } from '../../src/kernel/canonical-json.js';
import {
  beginInSlices,
  mapInSlices,
  runAtOnce,
  runInSlices,
  sortInSlices,
  type Steps,
} from '../../src/kernel/steps.js';

function* count(limit: number): Steps<number> {
  let sum = 0;
  for (let step = 0; step < limit; step += 1) {
    sum += step;
    yield;
  }
  return sum;
}

function* failing(): Steps<never> {
  yield;
  throw new Error('no more');
}

describe('work in steps', () => {
  it('gives the same result at once and in slices', async () => {
    expect(runAtOnce(count(100))).toBe(4950);
    expect(await runInSlices(count(100))).toBe(4950);
  });

  it('fails with what it throws', async () => {
    expect(() => runAtOnce(failing())).toThrow('no more');
    await expect(runInSlices(failing())).rejects.toThrow('no more');
  });

  it('in slices lets others run before it ends', async () => {
    let othersRan = false;
    setImmediate(() => (othersRan = true));
    function* untilOthersRan(): Steps<boolean> {
      while (!othersRan) yield;
      return true;
    }
    expect(await runInSlices(untilOthersRan())).toBe(true);
  });

  it('can begin without a pause, and then lets others run while it is long', async () => {
    const ran: string[] = [];
    setImmediate(() => ran.push('another'));
    function* untilAnotherRan(): Steps<void> {
      ran.push('work');
      while (ran.length === 1) yield;
    }
    await beginInSlices(untilAnotherRan());
    expect(ran).toEqual(['work', 'another']);
  });

  it('sorts lists of every length as they would be at once, what is equal in its order, and long ones in slices', async () => {
    for (const length of [0, 1, 1000, 1001, 5000]) {
      const list = Array.from({ length }, (_unused, at) => ({ at, key: (at * 7919) % 1009 }));
      const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
      expect(await sortInSlices(list, compare)).toEqual(list.toSorted(compare));
    }
    let othersRan = false;
    setImmediate(() => (othersRan = true));
    await sortInSlices(
      Array.from({ length: 1001 }, () => ({})),
      () => 0,
    );
    expect(othersRan).toBe(true);
  });

  it('maps lists of every length as they would be at once, and long ones in slices', async () => {
    for (const length of [0, 1, 1000, 1001, 5000]) {
      const list = Array.from({ length }, (_unused, at) => at);
      expect(await mapInSlices(list, (at) => at * 2)).toEqual(list.map((at) => at * 2));
    }
    let othersRan = false;
    setImmediate(() => (othersRan = true));
    await mapInSlices(Array.from({ length: 1001 }), () => null);
    expect(othersRan).toBe(true);
  });
});

describe('the content hash in steps', () => {
  it('is the content hash, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(runAtOnce(contentHashSteps(value))).toBe(contentHash(value));
      }),
    );
  });
});
