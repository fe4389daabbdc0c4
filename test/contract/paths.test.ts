import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isBelow,
  parentPathOf,
  parseSegment,
  pathFault,
  pathPatternOf,
  pathVariables,
  withAncestors,
} from '../../src/contract/paths.js';

const text = fc.stringMatching(/^[A-Za-z0-9.+\-_~]{1,8}$/).filter((word) => word !== '.' && word !== '..');
const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,6}$/);

/** Valid paths: text segments, variables with names that differ, and perhaps {x+} at the end. */
const validPath = fc
  .tuple(fc.uniqueArray(name, { maxLength: 4 }), fc.array(text, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([names, words, rest]) => {
    const segments = words.flatMap((word, index) => (names[index] ? [word, `{${names[index]}}`] : [word]));
    return `/${[...segments, ...(rest ? ['{restOfThePath+}'] : [])].join('/')}`;
  });

describe('resource paths', () => {
  it('are right when they are built of text and variables', () => {
    fc.assert(fc.property(validPath, (path) => expect(pathFault(path)).toBeNull()));
  });

  it.each([
    ['', 'start with /'],
    ['pets', 'start with /'],
    [`/${'a'.repeat(255)}`, '255'],
    ['/a b', 'not allowed'],
    ['/a:b', 'not allowed'],
    ['/päts', 'not allowed'],
    ['/a//b', 'empty segment'],
    ['/a/../b', '. or ..'],
    ['/{}', 'empty variable'],
    ['/{+}', 'empty variable'],
    ['/{a', 'without }'],
    ['/a}', 'without {'],
    ['/{a{b}}', 'not allowed'],
    ['/{a}/{a}', 'twice'],
    ['/{a}/{a+}', 'twice'],
    ['/{a+}/b', 'last segment'],
    ['/x{a+}', 'last segment'],
    ['/{a}{b}', 'two variables'],
  ])('%j is refused: %s', (path, reason) => {
    expect(pathFault(path)).toContain(reason);
  });

  it('may end in a slash, hold text beside a variable, and be the root', () => {
    expect(['/', '/pets/', '/files/{name}.json', '/{a}-{b}/c'].map(pathFault)).toEqual([null, null, null, null]);
  });

  it('know their variables in order, {x+} as x+', () => {
    expect(pathVariables('/a/{b}/c-{d}/{e+}')).toEqual(['b', 'd', 'e+']);
  });

  it('have ancestors from the root down to themselves, each the parent of the next', () => {
    fc.assert(
      fc.property(validPath, (path) => {
        const chain = withAncestors(path);
        expect(chain[0]).toBe('/');
        expect(chain.at(-1)).toBe(path);
        for (const [index, one] of chain.entries()) expect(parentPathOf(one)).toBe(chain[index - 1] ?? null);
      }),
    );
  });

  it('lie below every ancestor but themselves', () => {
    fc.assert(
      fc.property(validPath, (path) => {
        for (const above of withAncestors(path)) expect(isBelow(path, above)).toBe(above !== path);
      }),
    );
    expect(isBelow('/ab', '/a')).toBe(false);
  });

  it('have the same pattern exactly when they differ only in variables', () => {
    expect(pathPatternOf('/a/{x}/b')).toBe(pathPatternOf('/a/{y}/b'));
    expect(pathPatternOf('/a/{x+}')).toBe(pathPatternOf('/a/{y}'));
    expect(pathPatternOf('/a/{x}.json')).not.toBe(pathPatternOf('/a/{x}'));
  });

  it('are taken apart and put together again without loss', () => {
    fc.assert(
      fc.property(validPath, (path) => {
        for (const segment of path.slice(1).split('/')) {
          const pieces = parseSegment(segment);
          if (typeof pieces === 'string') throw new Error(pieces);
          const again = pieces.map((piece) =>
            piece.kind === 'text' ? piece.text : `{${piece.name}${piece.rest ? '+' : ''}}`,
          );
          expect(again.join('')).toBe(segment);
        }
      }),
    );
  });
});
