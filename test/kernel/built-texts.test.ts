import { describe, expect, it } from '@jest/globals';
import { BuiltTexts } from '../../src/kernel/built-texts.js';

/** Texts of four characters, and which were built, in order. */
function newTexts(maxCharacters: number) {
  const texts = new BuiltTexts(maxCharacters);
  const built: string[] = [];
  const get = (key: string, text = key.repeat(4)) =>
    texts.get(key, () => {
      built.push(key);
      return Promise.resolve(text);
    });
  return { texts, built, get };
}

describe('built texts', () => {
  it('are built once, also for many who ask at once', async () => {
    const { built, get } = newTexts(100);
    expect(await Promise.all([get('a'), get('b'), get('a')])).toEqual(['aaaa', 'bbbb', 'aaaa']);
    expect(await get('a')).toBe('aaaa');
    expect(built).toEqual(['a', 'b']);
  });

  it('make room for each other, those first that were not asked for the longest', async () => {
    const { built, get } = newTexts(8);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'c', 'b']) expect(await get(key)).toBe(key.repeat(4));
    expect(built).toEqual(['a', 'b', 'c', 'b']);
  });

  it('are not kept when they alone are over the limit, and drive no other out', async () => {
    const { built, get } = newTexts(8);
    await get('a');
    expect(await get('b', 'x'.repeat(9))).toHaveLength(9);
    await get('b', 'x'.repeat(9));
    await get('a');
    expect(built).toEqual(['a', 'b', 'b']);
  });

  it('are built again after a failure, which all who waited are told', async () => {
    const { texts, get } = newTexts(100);
    const failing = () => texts.get('a', () => Promise.reject(new Error('damaged')));
    const outcomes = await Promise.allSettled([failing(), failing()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await get('a')).toBe('aaaa');
  });
});
