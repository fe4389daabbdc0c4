import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AccessKey } from '../../src/contract/access.js';
import { OffsetIndex } from '../../src/gateway/access/offset-index.js';
import { PackedKeys } from '../../src/gateway/access/packed-keys.js';
import { hashOf } from './support/access.js';

const bytesOf = (value: string): Buffer => Buffer.from(hashOf(value), 'base64url');

describe('an index of offsets', () => {
  const changes = fc.array(fc.tuple(fc.nat(40), fc.option(fc.nat(1_000_000))), { maxLength: 300 });

  it('knows after any changes what a map would, also where keys share hashes', () => {
    fc.assert(
      fc.property(changes, fc.constantFrom(1, 3, 1024, 2 ** 32), (list, hashes) => {
        const keyAt = new Map<number, number>();
        const index = new OffsetIndex((offset, source) => keyAt.get(offset) === source[0]);
        const model = new Map<number, number>();
        const hash = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 0;
        for (const [key, change] of list) {
          const source = Uint8Array.of(key);
          const offset = change === null ? null : change * 64 + key;
          if (offset === null) index.delete(hash(key) % hashes, source, 0, 1);
          else index.set(hash(key) % hashes, offset, source, 0, 1);
          if (offset !== null) keyAt.set(offset, key);
          if (offset === null) model.delete(key);
          else model.set(key, offset);
        }
        for (let key = 0; key <= 40; key += 1) {
          expect(index.find(hash(key) % hashes, Uint8Array.of(key), 0, 1)).toBe(model.get(key) ?? -1);
        }
        expect(index.size).toBe(model.size);
      }),
    );
  });

  it('grows with its keys', () => {
    const index = new OffsetIndex((offset, source) => Buffer.from(source).readUInt32LE() === offset);
    const source = Buffer.alloc(4);
    for (let key = 0; key < 5_000; key += 1) {
      source.writeUInt32LE(key);
      index.set(key * 7, key, source, 0, 4);
    }
    for (let key = 0; key < 5_000; key += 1) {
      source.writeUInt32LE(key);
      expect(index.find(key * 7, source, 0, 4)).toBe(key);
    }
  });
});

describe('packed keys', () => {
  const keyOf = (id: string, values: readonly string[]): AccessKey => ({
    id,
    isActive: values.length % 2 === 0,
    hashes: values.map(hashOf),
    plans: { [`stage ${id}`]: `plan ü ${values.length}` },
  });

  it('are after any changes what a map of them would be, and so are those that are read from their bytes', () => {
    const ids = fc.constantFrom('a', 'b', 'ü', '__proto__');
    const values = fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, fc.option(values)), { maxLength: 30 }), (changes) => {
        const keys = new PackedKeys();
        const model = new Map<string, AccessKey>();
        for (const [id, own] of changes) {
          const key =
            own &&
            keyOf(
              id,
              own.map((value) => `${id}${value}`),
            );
          if (key) keys.set(key);
          else keys.delete(id);
          if (key) model.set(id, key);
          else model.delete(id);
        }
        for (const one of [keys, PackedKeys.of(Buffer.from(keys.packed())), keys]) {
          for (const id of ['a', 'b', 'ü', '__proto__']) {
            for (const value of ['1', '2', '3', '4']) {
              const { hashes = [], ...known } = model.get(id) ?? {};
              const isThere = hashes.includes(hashOf(`${id}${value}`));
              expect(one.findByHash(bytesOf(`${id}${value}`))).toEqual(isThere ? known : null);
            }
          }
          expect(one.size).toBe(model.size);
        }
      }),
    );
  });

  it('give a value that another key has taken over to that one, also when the first is removed', () => {
    const keys = new PackedKeys();
    keys.set(keyOf('first', ['shared']));
    keys.set(keyOf('second', ['shared']));
    keys.delete('first');
    expect(keys.findByHash(bytesOf('shared'))?.id).toBe('second');
  });

  it('do not grow by keys that are replaced again and again', () => {
    const keys = new PackedKeys();
    for (let round = 0; round < 200; round += 1) {
      for (let id = 0; id < 100; id += 1) keys.set(keyOf(`key ${id}`, [`value ${id}`]));
    }
    expect(keys.packed().buffer.byteLength).toBeLessThan(100_000);
    expect(keys.findByHash(bytesOf('value 7'))?.id).toBe('key 7');
  });

  it('are refused where their bytes are not whole', () => {
    const keys = new PackedKeys();
    keys.set(keyOf('one', ['1', '2']));
    const packed = keys.packed();
    for (let end = 1; end < packed.length; end += 1) {
      expect(() => PackedKeys.of(Buffer.from(packed.subarray(0, end)))).toThrow();
    }
    expect(() => PackedKeys.of(Buffer.alloc(64))).toThrow('not whole');
  });
});
