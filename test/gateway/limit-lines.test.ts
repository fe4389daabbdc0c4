import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Limit, limitLines, type ToldLimit } from '../../src/gateway/limit-headers.js';

const limits = [
  new Limit('plan', 10, 1),
  new Limit('plan', 20, 1),
  new Limit('quota', 1000, 86_400),
  new Limit('quota', 1000, 2_678_400),
  new Limit('route', 5, 1),
  new Limit('restriction', 7, 1),
];
const anyTold = fc.record({
  of: fc.constantFrom(...limits),
  left: fc.nat(20),
  resetSeconds: fc.integer({ min: 1, max: 3 }),
});
const anyList = fc.uniqueArray(anyTold, { maxLength: 4, selector: ({ of }) => (of.isQuota ? 'quota' : of) });

/** Line by line, as the documents of the headers have it. */
function expectedLines(told: readonly ToldLimit[]): string[] {
  if (told.length === 0) return [];
  const policies = told.map(({ of }) => `"${of.name}";q=${of.limit};w=${of.windowSeconds}`);
  const items = told.map(({ of, left, resetSeconds }) => `"${of.name}";r=${left};t=${resetSeconds}`);
  const rates = told.filter(({ of }) => !of.isQuota).toSorted((one, other) => one.left - other.left);
  const own = (kind: string, one: ToldLimit | undefined) =>
    one
      ? [`X-${kind}-Limit: ${one.of.limit}`, `X-${kind}-Remaining: ${one.left}`, `X-${kind}-Reset: ${one.resetSeconds}`]
      : [];
  return [
    `RateLimit-Policy: ${policies.join(', ')}`,
    `RateLimit: ${items.join(', ')}`,
    ...own('RateLimit', rates[0]),
    ...own(
      'Quota',
      told.find(({ of }) => of.isQuota),
    ),
  ];
}

describe('lines that tell limits', () => {
  it('say of each answer what is left of its own limits, whatever the answers before it told', () => {
    fc.assert(
      fc.property(fc.array(anyList, { maxLength: 20 }), (answers) => {
        for (const told of answers) {
          const lines = expectedLines(told).map((line) => `${line}\r\n`);
          expect(limitLines(told)).toBe(lines.join(''));
        }
      }),
    );
  });
});
