import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inside, pointerOfReference, referenceTo, tokensOf, valueAt } from '../../src/kernel/json-pointer.js';

describe('JSON pointers', () => {
  it('escape ~ and / in keys', () => {
    expect(inside('/paths', '/a~b', 0)).toBe('/paths/~1a~0b/0');
  });

  it('give back the keys that they are made of, also through a reference', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (keys) => {
        const pointer = inside('', ...keys);
        expect(tokensOf(pointer)).toEqual(keys);
        expect(pointerOfReference(referenceTo(...keys))).toBe(pointer);
      }),
    );
  });

  it('lead to values, and to nothing that is only inherited', () => {
    const document = { a: [{ 'b/c': 1 }] };
    expect(valueAt(document, '/a/0/b~1c')).toBe(1);
    for (const pointer of ['/b', '/a/1', '/a/0/b~1c/d', '/constructor', '/a/length/x', '/__proto__']) {
      expect([pointer, valueAt(document, pointer)]).toEqual([pointer, undefined]);
    }
  });

  it('are not in references that leave the document', () => {
    for (const reference of ['a.json', 'a.json#/b', 'http://a/#/b', '#b', '']) {
      expect([reference, pointerOfReference(reference)]).toEqual([reference, null]);
    }
    expect(pointerOfReference('#')).toBe('');
  });

  it('take a percent sign that starts no escape as it stands', () => {
    expect(pointerOfReference('#/100%')).toBe('/100%');
  });
});
