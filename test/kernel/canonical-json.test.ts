import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../src/kernel/canonical-json.js';

/** The same by what JSON.stringify itself offers. Hashes that are stored and gateways of other versions go by it. */
function byReplacer(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

const key = fc.oneof(
  fc.string(),
  fc.nat().map(String),
  fc.constantFrom('__proto__', 'constructor', '-a', 'é', '10', '9'),
);

describe('canonical JSON', () => {
  it('is what JSON.stringify gives when it sorts the keys of every object', () => {
    fc.assert(
      fc.property(fc.anything({ withDate: true, withNullPrototype: true, maxDepth: 4, key }), (value) => {
        expect(canonicalJson({ value })).toBe(byReplacer({ value }));
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves the value as it is', () => {
    const value = { b: [{ d: 1, c: 2 }], a: { z: 0 } };
    expect(canonicalJson(value)).toBe('{"a":{"z":0},"b":[{"c":2,"d":1}]}');
    expect(Object.keys(value)).toEqual(['b', 'a']);
  });
});
