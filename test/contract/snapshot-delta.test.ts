import { describe, expect, it } from '@jest/globals';
import { applyDelta, deltaOfPaths } from '../../src/contract/snapshot-delta.js';

interface Path {
  readonly path: string;
  readonly body: number;
}

const pathsFrom = (bodies: readonly number[]): Path[] => bodies.map((body, at) => ({ path: `/${at}`, body }));
const texts = (paths: readonly Path[]): string[] => paths.map((path) => JSON.stringify(path));

/** What a gateway makes of the delta that a control plane tells, over JSON. */
function told(base: readonly Path[], next: readonly Path[]): { paths: unknown[] } {
  const items = deltaOfPaths(texts(base), texts(next)).map((item) =>
    typeof item === 'string' ? item : `[${item.join()}]`,
  );
  return applyDelta(base, JSON.parse(`{"stageName":"x","paths":[${items.join()}]}`));
}

describe('a snapshot that is told against another', () => {
  const few = pathsFrom([0, 1, 2, 3]);

  it('is the whole again, whatever has come, gone, changed or moved', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 500; round += 1) {
      const base = pathsFrom(Array.from({ length: random(8) }, () => random(3)));
      const next = Array.from({ length: random(8) }, () => ({ path: `/${random(8)}`, body: random(3) }));
      expect(told(base, next).paths).toEqual(next);
    }
  });

  it('sends only the path that changed', () => {
    const next = few.with(2, { path: '/2', body: 9 });
    const sent = deltaOfPaths(texts(few), texts(next));
    expect(sent.filter((item) => typeof item === 'string')).toEqual([JSON.stringify(next[2])]);
    expect(sent).toHaveLength(3);
  });

  it('has the paths of the base themselves, so that what was built of them holds on', () => {
    const { paths } = told(few, few.with(2, { path: '/2', body: 9 }));
    expect(paths[0]).toBe(few[0]);
    expect(paths[3]).toBe(few[3]);
  });

  it('keeps all else that a snapshot says', () => {
    expect(told(few, few)).toEqual({ stageName: 'x', paths: few });
  });

  it.each([
    ['paths that the base does not have', { paths: [[0, 5]] }],
    ['no range', { paths: [[0]] }],
    ['a range of nonsense', { paths: [[-1, 2]] }],
    ['something that is no path', { paths: ['/0'] }],
    ['no paths at all', {}],
  ])('is refused when it names %s', (_what, delta) => {
    expect(() => applyDelta(few, delta)).toThrow();
  });
});
