import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contentHash, contentHashSteps } from '../../src/kernel/canonical-json.js';
import { runAtOnce, runInSlices, type Steps } from '../../src/kernel/steps.js';

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
