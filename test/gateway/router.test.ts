import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseSegment, pathFault, pathPatternOf } from '../../src/contract/paths.js';
import {
  buildRouter,
  decodeSegments,
  type RoutablePath,
  type Router,
  routerSteps,
} from '../../src/gateway/router/index.js';
import { runAtOnce } from '../../src/kernel/steps.js';

interface TestPath extends RoutablePath {
  readonly methods: readonly string[];
}

function pathWith(path: string, methods: readonly string[] = ['GET']): TestPath {
  return { path, methods, serves: (method) => methods.includes(method) };
}

function route(paths: readonly TestPath[], target: string, method = 'GET') {
  const match = buildRouter(paths).match(decodeSegments(target) ?? [], method);
  return (
    match && { path: match.path.path, servesMethod: match.servesMethod, variables: Object.fromEntries(match.variables) }
  );
}

const routed = (paths: readonly string[], target: string): string | null =>
  route(
    paths.map((path) => pathWith(path)),
    target,
  )?.path ?? null;

describe('the router', () => {
  it('prefers text to text with variables, that to a variable, that to the rest, at every level', () => {
    const paths = ['/a', '/a{x}', '/{x}', '/{x+}', '/a/b', '/a/{y}', '/a/{y+}', '/{x}/b'];
    expect(routed(paths, '/a')).toBe('/a');
    expect(routed(paths, '/ab')).toBe('/a{x}');
    expect(routed(paths, '/b')).toBe('/{x}');
    expect(routed(paths, '/c/d')).toBe('/{x+}');
    expect(routed(paths, '/a/c')).toBe('/a/{y}');
    expect(routed(paths, '/a/c/d')).toBe('/a/{y+}');
    expect(routed(paths, '/c/b')).toBe('/{x}/b');
  });

  it('prefers more text among segments of text and variables', () => {
    expect(routed(['/v{x}', '/v{x}.json'], '/v1.json')).toBe('/v{x}.json');
  });

  it('leaves a branch that leads nowhere', () => {
    expect(routed(['/a/b/c', '/{x}/b/d', '/{x+}'], '/a/b/d')).toBe('/{x}/b/d');
    expect(routed(['/a/b/c', '/{x}/b/d', '/{x+}'], '/a/b/e')).toBe('/{x+}');
  });

  it('leaves a path that does not serve the method for one that does', () => {
    const paths = [pathWith('/a', ['GET']), pathWith('/{x}', ['POST'])];
    expect(route(paths, '/a', 'POST')).toEqual({ path: '/{x}', servesMethod: true, variables: { x: ['a'] } });
  });

  it('names the first path that matches when none serves the method', () => {
    const paths = [pathWith('/a', ['GET']), pathWith('/{x}', ['POST'])];
    expect(route(paths, '/a', 'PUT')).toMatchObject({ path: '/a', servesMethod: false });
  });

  it('gives the values of variables decoded, the rest as segments', () => {
    expect(route([pathWith('/a/{x}/v{major}.{minor}/{r+}')], '/a/b%20c/v1.2/d/e%2Ff/')).toMatchObject({
      variables: { x: ['b c'], major: ['1'], minor: ['2'], 'r+': ['d', 'e/f', ''] },
    });
  });

  it('treats a trailing slash as a segment of its own', () => {
    expect(routed(['/a'], '/a/')).toBeNull();
    expect(routed(['/a/'], '/a/')).toBe('/a/');
    expect(routed(['/a/'], '/a')).toBeNull();
    expect(routed(['/'], '/')).toBe('/');
  });

  it('gives no variable an empty segment', () => {
    expect(routed(['/a/{x}', '/a/{x+}', '/{y}/b'], '/a/')).toBeNull();
    expect(routed(['/{y}/b', '/{z+}'], '//b')).toBeNull();
  });

  it('matches percent-encoded text, but never parts a segment at an encoded slash', () => {
    expect(routed(['/ab'], '/%61b')).toBe('/ab');
    expect(routed(['/a/b', '/{x}'], '/a%2Fb')).toBe('/{x}');
    expect(routed(['/a/b'], '/a%2fb')).toBeNull();
  });

  it('matches no dot segment, written or encoded', () => {
    for (const target of ['/a/..', '/a/%2e%2E', '/.', '/%2e/b', '/a/.%2e/b']) {
      expect(routed(['/{x}', '/{x}/{y}', '/{z+}', '/a/{x+}'], target)).toBeNull();
    }
  });

  it('tells upper from lower case', () => {
    expect(routed(['/Abc'], '/abc')).toBeNull();
  });

  it('refuses two paths that match the same requests', () => {
    expect(() => buildRouter([pathWith('/{a}'), pathWith('/{b}')])).toThrow('/{a} and /{b} match the same requests');
    expect(() => buildRouter([pathWith('/{a+}'), pathWith('/{b+}')])).toThrow('match the same requests');
  });

  it('agrees with a naive router', () => {
    fc.assert(
      fc.property(
        fc.array(pathArbitrary, { minLength: 1, maxLength: 12 }),
        targetArbitrary,
        methodArbitrary,
        (all, target, method) => {
          const paths = [...new Map(all.map((path) => [pathPatternOf(path.path), path])).values()];
          expect(route(paths, target, method)?.path ?? null).toBe(naive(paths, target, method));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('finds a path among 10,000 with the work of a few segments', () => {
    const paths = Array.from({ length: 10_000 }, (_, index) => pathWith(`/group${index % 100}/item${index}/{x}/end`));
    let asked = 0;
    const counted = paths.map((path) => ({ ...path, serves: (method: string) => ((asked += 1), path.serves(method)) }));
    const router = buildRouter(counted);
    expect(router.match(['group7', 'item4207', 'v', 'end'], 'GET')?.path.path).toBe('/group7/item4207/{x}/end');
    expect(asked).toBe(1);
  });

  it('takes over how paths are found when they are the same, and what they serve of the new ones', () => {
    const build = (paths: readonly TestPath[], before?: Router<TestPath>['tree']) =>
      runAtOnce(routerSteps(paths, before));
    const first = build([pathWith('/a/{x}'), pathWith('/{x+}'), pathWith('/b')]);
    const same = build([pathWith('/a/{x}', ['POST']), pathWith('/{x+}'), pathWith('/b')], first.tree);
    expect(same.tree).toBe(first.tree);
    expect(same.match(['a', '1'], 'POST')).toMatchObject({
      path: { path: '/a/{x}' },
      variables: new Map([['x', ['1']]]),
    });
    expect(same.match(['a', '1'], 'GET')?.path.path).toBe('/{x+}');
    expect(first.match(['a', '1'], 'GET')?.path.path).toBe('/a/{x}');
    for (const others of [
      ['/a/{x}', '/{x+}'],
      ['/{x+}', '/a/{x}', '/b'],
      ['/a/{y}', '/{x+}', '/b'],
    ]) {
      const other = build(
        others.map((path) => pathWith(path)),
        first.tree,
      );
      expect(other.tree).not.toBe(first.tree);
      expect(other.match(['a', '1'], 'GET')?.path.path).toMatch(/^\/a\//);
    }
  });

  it('matches a segment of many variables in time that grows with its length alone', () => {
    const variables = Array.from({ length: 40 }, (_, index) => `{v${index}}`).join('-');
    expect(pathFault(`/${variables}`)).toBeNull();
    expect(routed([`/${variables}x`], `/${'-'.repeat(5_000)}`)).toBeNull();
  });
});

const segmentArbitrary = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'ab', 'a.b') },
  { weight: 2, arbitrary: fc.constantFrom('{x}', 'a{x}', '{x}b', 'a{x}b', '{x}.{y}', 'a{x}.{y}') },
);
const methodArbitrary = fc.constantFrom('GET', 'POST');
const pathArbitrary = fc
  .tuple(
    fc.array(segmentArbitrary, { maxLength: 3 }),
    fc.constantFrom('', '/', '/{r+}'),
    fc.uniqueArray(methodArbitrary, { minLength: 1 }),
  )
  .map(([segments, end, methods]) => {
    const numbered = segments.map((segment, index) => segment.replaceAll('}', `${index}}`));
    return pathWith(`/${numbered.join('/')}${end}`.replace('//', '/'), methods);
  })
  .filter(({ path }) => pathFault(path) === null);
const targetArbitrary = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'aab', 'a.b', 'a.bb', 'ccc', '%61', 'a%2Fb', '..', ''), { maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`);

/** Tries every path with a regular expression and picks the best by comparing the kinds of their segments in order. */
function naive(paths: readonly TestPath[], target: string, method: string): string | null {
  const segments = (decodeSegments(target) ?? []).map((segment) => segment.replaceAll('/', '\0'));
  if (segments.some((segment) => segment === '.' || segment === '..')) return null;
  const matching = paths.filter(({ path }) => expressionOf(path).test(segments.join('/')));
  const serving = matching.filter((path) => path.serves(method));
  const best = (serving.length > 0 ? serving : matching).toSorted((a, b) =>
    compareRanks(ranksOf(a.path), ranksOf(b.path)),
  )[0];
  return best?.path ?? null;
}

function expressionOf(path: string): RegExp {
  const parts = path
    .slice(1)
    .split('/')
    .map((segment) => {
      const pieces = parseSegment(segment);
      if (typeof pieces === 'string') throw new Error(pieces);
      return pieces
        .map((piece) =>
          piece.kind === 'text' ? piece.text.replaceAll('.', '\\.') : piece.rest ? '[^/]+(/[^/]*)*' : '[^/]+',
        )
        .join('');
    });
  return new RegExp(`^${parts.join('/')}$`, 's');
}

/** Kinds of the segments, best first: text 0, more text before less between 0 and 1, variable 1, rest 2. */
function ranksOf(path: string): string[] {
  return path
    .slice(1)
    .split('/')
    .map((segment) => {
      if (segment.endsWith('+}')) return '2';
      const shape = segment.replace(/\{[^}]*\}/g, '{}');
      if (!shape.includes('{}')) return '0';
      if (shape === '{}') return '1';
      return `0.${String(9 - shape.replaceAll('{}', '').length)}${shape}`;
    });
}

function compareRanks(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const left = a[at] ?? '';
    const right = b[at] ?? '';
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
