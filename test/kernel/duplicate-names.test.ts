import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { duplicateName } from '../../src/kernel/duplicate-names.js';

const find = (text: string) => duplicateName(Buffer.from(text));

describe('a name that stands twice in an object', () => {
  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":{"b":[0,{"c/d":1,"e":{},"c/d":1}]}}', '/a/b/1/c~1d'],
    ['[{},[{"":1,"":1}]]', '/1/0/'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"\\"":1 , "\\u0022" \n:2}', '/"'],
    ['{"é":1,"\\u00e9":2}', '/é'],
    ['{"__proto__":{},"__proto__":{}}', '/__proto__'],
    ['{"a":"}","b":{"x":"\\\\"},"b":1}', '/b'],
  ])('is found, and its place: %s', (text, pointer) => {
    expect(find(text)).toBe(pointer);
  });

  it.each(['', '1', '"a"', '{"a":{"a":{"a":"a"}},"b":["a","a"]}', '[{"a":1},{"a":1}]', '{"a":"a\\":","b":"a\\":"}'])(
    'is not seen where there is none: %s',
    (text) => {
      expect(find(text)).toBeNull();
    },
  );

  it('is never seen in what a writer of JSON has written', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => find(JSON.stringify(JSON.parse(text))) === null),
      { numRuns: 500 },
    );
  });

  it('is looked for in time that is in proportion to the text', () => {
    const text = JSON.stringify(
      Object.fromEntries(Array.from({ length: 300_000 }, (_, index) => [`n${index}`, index])),
    );
    const startedAtMs = performance.now();
    expect(find(text)).toBeNull();
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });
});
