import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { runWithin, TooComplex } from '../../src/gateway/plugins/request-validator/time-limit.js';

const SPIN_LIMIT = 1e12;

function spin(): number {
  let sum = 0;
  for (let at = 0; at < SPIN_LIMIT; at += 1) sum += at;
  return sum;
}

/** Holds the thread without using the processor, as a busy machine does. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Work that the machine interrupts the first `count` times; gives how often it was begun. */
function interrupted(count: number): { readonly work: () => number; readonly calls: () => number } {
  let calls = 0;
  const work = () => {
    calls += 1;
    if (calls <= count) stall(300);
    return calls;
  };
  return { work, calls: () => calls };
}

/** What the process has had of the processor, in each of the times that are looked at. */
function hasHad(ms: number): void {
  jest.spyOn(process, 'cpuUsage').mockReturnValue({ user: ms * 1000, system: 0 });
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('work within a limit of time', () => {
  it('gives what it gives, and throws what it throws', () => {
    expect(runWithin(50, () => 'done')).toBe('done');
    const broken = () => {
      throw new TypeError('broken');
    };
    expect(() => runWithin(50, broken)).toThrow(TypeError);
  });

  it('is ended when it takes the processor for longer, and not done again', () => {
    let calls = 0;
    const work = () => {
      calls += 1;
      return spin();
    };
    hasHad(100);
    expect(() => runWithin(100, work)).toThrow(TooComplex);
    expect(calls).toBe(1);
  });

  it('is ended when its calls go too deep', () => {
    const deeper = (): number => deeper() + 1;
    expect(() => runWithin(1000, deeper)).toThrow(TooComplex);
  });

  it('is done again when the machine has interrupted it', () => {
    hasHad(1);
    expect(runWithin(100, interrupted(1).work)).toBe(2);
  });

  it('is given up when the machine interrupts it twice', () => {
    const { work, calls } = interrupted(2);
    hasHad(1);
    expect(() => runWithin(100, work)).toThrow(TooComplex);
    expect(calls()).toBe(2);
  });
});
