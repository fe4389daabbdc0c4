import { describe, expect, it } from '@jest/globals';
import { KeyedHash } from '../../src/kernel/keyed-hash.js';

const KEY = Buffer.alloc(32, 1);
const hash = new KeyedHash(KEY, 'one').of('text');

describe('a keyed hash', () => {
  it('is the same for the same text, key and label, on every machine and in every version', () => {
    expect(new KeyedHash(Buffer.alloc(32, 1), 'one').of('text')).toBe(hash);
    expect(hash).toBe('I6dNDj-D-_e_WYpn6GySrEKxHWwc3azzhLrUnOlSdIw');
  });

  it.each([
    ['text', new KeyedHash(KEY, 'one').of('Text')],
    ['key', new KeyedHash(Buffer.alloc(32, 2), 'one').of('text')],
    ['label', new KeyedHash(KEY, 'other').of('text')],
  ])('is another for another %s', (_what, other) => {
    expect(other).not.toBe(hash);
    expect(other).toMatch(/^[\w-]{43}$/);
  });
});
