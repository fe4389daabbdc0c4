import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isBelow } from '../../src/contract/paths.js';
import { compareResources } from '../../src/modules/resources/rules/resource-order.js';

const placed = (path: string, methodType: string | null = null) => ({ path, methodType });

describe('the order of resources', () => {
  it('puts a path before its methods, and those in the order of the enum guide', () => {
    const mixed = ['PATCH', 'DELETE', null, 'GET', 'OPTIONS', 'POST', 'HEAD', 'PUT'].map((type) => placed('/a', type));
    const methods = mixed.toSorted(compareResources).map(({ methodType }) => methodType);
    expect(methods).toEqual([null, 'GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH']);
  });

  it('puts everything below a path directly behind it', () => {
    const paths = ['/b', '/a-b', '/a/c', '/', '/a.b', '/a/', '/a', '/a/c/d'].map((path) => placed(path));
    const sorted = paths.toSorted(compareResources).map(({ path }) => path);
    expect(sorted).toEqual(['/', '/a', '/a/', '/a/c', '/a/c/d', '/a-b', '/a.b', '/b']);
  });

  it('keeps every subtree in one piece, whatever the names are', () => {
    const name = fc.stringMatching(/^[a-c.+_~{}-]{1,3}$/);
    const path = fc.array(name, { maxLength: 4 }).map((names) => `/${names.join('/')}`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 20 }), (paths) => {
        const sorted = paths.map((one) => placed(one)).toSorted(compareResources);
        for (const [index, { path: top }] of sorted.entries()) {
          const behind = sorted.slice(index + 1).map((one) => isBelow(one.path, top));
          expect(behind).toEqual(behind.toSorted((a, b) => Number(b) - Number(a)));
          expect(sorted.slice(0, index).some((one) => isBelow(one.path, top))).toBe(false);
        }
      }),
    );
  });
});
