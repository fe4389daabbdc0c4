import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ContextValue } from '../../src/kernel/context.js';

describe('a value of what is being done', () => {
  it('is there in all of it, after a wait too, and nowhere else', async () => {
    const value = new ContextValue<string>();
    const read = async () => {
      await delay(1);
      return value.current;
    };
    const found = await Promise.all([value.run('a', read), read(), value.run('b', read)]);
    expect(found).toEqual(['a', undefined, 'b']);
    expect(value.current).toBeUndefined();
  });

  it('leaves others as they are, in whatever order they were given', () => {
    const one = new ContextValue<number>();
    const other = new ContextValue<number>();
    const read = () => [one.current, other.current];
    expect(one.run(1, () => other.run(2, read))).toEqual([1, 2]);
    expect(other.run(2, () => one.run(1, () => other.run(3, read)))).toEqual([1, 3]);
    expect(one.run(1, () => [read(), other.run(2, () => one.run(4, read)), read()])).toEqual([
      [1, undefined],
      [4, 2],
      [1, undefined],
    ]);
  });
});
