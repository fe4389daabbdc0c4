import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, contentHash } from '../../src/kernel/canonical-json.js';
import { newId, newSecret } from '../../src/kernel/ids.js';
import { jsonDepth } from '../../src/kernel/json-depth.js';
import { parsePortList } from '../../src/kernel/ports.js';
import { SecretBox } from '../../src/kernel/secret-box.js';

describe('ids and secrets', () => {
  it('are fit for host names, and never the same', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => /^[a-z0-9]{20}$/.test(id))).toBe(true);
    expect(newSecret()).toMatch(/^[A-Za-z0-9]{40}$/);
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys, and reads back to the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).toReversed());
        expect(contentHash(turned)).toBe(contentHash(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('the depth of a JSON text', () => {
  const depthOf = (value: unknown): number => {
    if (value === null || typeof value !== 'object') return 0;
    return 1 + Math.max(0, ...Object.values(value).map(depthOf));
  };

  it('is that of the value, whatever its strings hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(jsonDepth(Buffer.from(JSON.stringify(value)))).toBe(depthOf(value));
      }),
    );
  });

  it('is told of texts that would overflow a recursive reader', () => {
    expect(jsonDepth(Buffer.alloc(1_000_000, '['))).toBe(1_000_000);
  });
});

describe('port lists', () => {
  it('hold ports and ranges', () => {
    const allowed = parsePortList('80, 443,10000-12000');
    expect([80, 443, 10_000, 12_000, 81, 12_001].map((port) => allowed?.(port))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it.each(['', 'a', '0', '70000', '20-10', '80,,81'])('%j is none', (text) => {
    expect(parsePortList(text)).toBeNull();
  });
});

describe('the secret box', () => {
  const box = new SecretBox(Buffer.alloc(32, 7));

  it('opens what it sealed, and seals the same text differently every time', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(box.open(box.seal(text))).toBe(text);
        expect(box.seal(text)).not.toBe(box.seal(text));
      }),
    );
  });

  it('opens nothing that was changed or sealed under another key', () => {
    const sealed = box.seal('secret');
    expect(() => new SecretBox(Buffer.alloc(32, 8)).open(sealed)).toThrow();
    expect(() => box.open(sealed.slice(0, -4) + 'AAAA')).toThrow();
    expect(() => box.open('secret')).toThrow();
  });
});
