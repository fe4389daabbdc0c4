import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runAtOnce } from '../../src/kernel/steps.js';
import { type Difference, differenceSteps } from '../../src/modules/audit/difference.rules.js';

const differenceOf = (before: object | null, after: object | null): Difference =>
  runAtOnce(differenceSteps(before, after));

const date = new Date('2026-11-28T06:00:00.000Z');

describe('what differs between two answers', () => {
  it('is nothing for equal ones', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (answer) => {
        expect(differenceOf(answer, structuredClone(answer))).toEqual({ before: {}, after: {} });
      }),
    );
  });

  it('is all of what was made or removed', () => {
    expect(differenceOf(null, { a: 1 })).toEqual({ before: null, after: { a: 1 } });
    expect(differenceOf({ a: 1 }, null)).toEqual({ before: { a: 1 }, after: null });
  });

  it('is the members that differ, at any depth, those too that only one has', () => {
    const before = { service: { name: 'a', description: 'x', createdAt: date, updatedAt: date } };
    const later = new Date(date.getTime() + 1);
    const after = { service: { name: 'b', description: 'x', createdAt: new Date(date), updatedAt: later, more: null } };
    expect(differenceOf(before, after)).toEqual({
      before: { service: { name: 'a', updatedAt: date } },
      after: { service: { name: 'b', updatedAt: later, more: null } },
    });
  });

  it('of a list is its entries that differ, named by their id or their plugin', () => {
    const before = {
      list: [
        { resourceId: '1', path: '/a' },
        { resourceId: '2', path: '/b' },
      ],
    };
    const after = {
      list: [
        { resourceId: '2', path: '/c' },
        { resourceId: '3', path: '/d' },
      ],
    };
    expect(differenceOf(before, after)).toEqual({
      before: {
        list: [
          { resourceId: '1', path: '/a' },
          { resourceId: '2', path: '/b' },
        ],
      },
      after: {
        list: [
          { resourceId: '2', path: '/c' },
          { resourceId: '3', path: '/d' },
        ],
      },
    });
    const plugins = (value: string) => ({
      list: [
        { pluginType: 'MOCK', same: 1 },
        { pluginType: 'HTTP', value },
      ],
    });
    expect(differenceOf(plugins('x'), plugins('y'))).toEqual({
      before: { list: [{ pluginType: 'HTTP', value: 'x' }] },
      after: { list: [{ pluginType: 'HTTP', value: 'y' }] },
    });
  });

  it('is found in steps, one at least for each entry of a list', () => {
    const list = (path: string) => Array.from({ length: 50 }, (_unused, at) => ({ resourceId: String(at), path }));
    const steps = [...differenceSteps({ list: list('/a') }, { list: list('/b') })];
    expect(steps.length).toBeGreaterThanOrEqual(50);
  });

  it('says that a secret has changed, and not what it was or is', () => {
    const plugin = (secretKey: string) => ({ list: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey } }] });
    const shown = { list: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey: '(secret)' } }] };
    expect(differenceOf(plugin('a'), plugin('b'))).toEqual({ before: shown, after: shown });
    const key = { apiKey: { primaryApiKey: 'x', apiKeyName: 'n' } };
    expect(differenceOf(null, key).after).toEqual({ apiKey: { primaryApiKey: '(secret)', apiKeyName: 'n' } });
  });

  it('is bounded: of long lists and texts it says how much is left out', () => {
    const list = Array.from({ length: 150 }, (_unused, at) => ({ resourceId: String(at) }));
    const { after } = differenceOf(null, { list, text: 'x'.repeat(5000) }) as {
      after: { list: object[]; text: string };
    };
    expect(after.list).toHaveLength(101);
    expect(after.list.at(-1)).toEqual({ omittedCount: 50 });
    expect(after.text).toHaveLength(2001);
  });

  it('cuts no character of a text in two, which the database would not take', () => {
    const { after } = differenceOf(null, { text: `${'x'.repeat(1999)}😀 and more` }) as { after: { text: string } };
    expect(after.text).toBe(`${'x'.repeat(1999)}…`);
  });
});
