import { describe, expect, it } from '@jest/globals';
import { ReadAhead } from '../../src/kernel/read-ahead.js';

describe('reading ahead', () => {
  it('gives what was begun once, and nothing for what was not', async () => {
    const ahead = new ReadAhead<string>(2);
    ahead.begin('next', () => Promise.resolve('page'));
    expect(await ahead.take('other')).toBeNull();
    expect(await ahead.take('next')).toBe('page');
    expect(await ahead.take('next')).toBeNull();
  });

  it('begins before anybody asks', async () => {
    const ahead = new ReadAhead<string>(1);
    let hasBegun = false;
    ahead.begin('next', async () => {
      hasBegun = true;
      return 'page';
    });
    expect(hasBegun).toBe(true);
    expect(await ahead.take('next')).toBe('page');
  });

  it('gives nothing for what failed, so that whoever asks reads it and hears why', async () => {
    const ahead = new ReadAhead<string>(1);
    ahead.begin('next', () => Promise.reject(new Error('away')));
    expect(await ahead.take('next')).toBeNull();
  });

  it('forgets the oldest for which nobody came', async () => {
    const ahead = new ReadAhead<string>(2);
    for (const key of ['a', 'b', 'c']) ahead.begin(key, () => Promise.resolve(key));
    expect(await ahead.take('a')).toBeNull();
    expect([await ahead.take('b'), await ahead.take('c')]).toEqual(['b', 'c']);
  });
});
