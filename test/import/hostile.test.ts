import { describe, expect, it } from '@jest/globals';
import type { ReadResult } from '../../src/modules/resources/import/read-swagger.js';
import { documentOf, planOf, read } from './documents.js';

/** Far more than any of these takes, far less than they would take if the work grew with the square of their size. */
const BOUND_MS = 20_000;

const numbered = (count: number, make: (index: number) => unknown) =>
  Array.from({ length: count }, (_, index) => make(index));
const named = (count: number, prefix: string, make: (index: number) => unknown) =>
  Object.fromEntries(numbered(count, (index) => [`${prefix}${index}`, make(index)]) as [string, unknown][]);

async function readBounded(document: object): Promise<ReadResult> {
  const start = performance.now();
  const result = await read(document);
  expect(performance.now() - start).toBeLessThan(BOUND_MS);
  return result;
}

describe('a document that was made to be expensive', () => {
  it('may have definitions that would be endless when written out', async () => {
    const definitions = {
      ...named(40, 'A', (index) => ({
        properties: { a: { $ref: `#/definitions/A${index + 1}` }, b: { $ref: `#/definitions/A${index + 1}` } },
      })),
      A40: {},
    };
    const get = {
      responses: {
        200: { description: '', schema: { type: 'object', properties: { a: { $ref: '#/definitions/A0' } } } },
      },
    };
    expect((await readBounded(documentOf({ '/a': { get } }, { definitions }))).failure).toBeNull();
  });

  it('may have long enums in parameters and models', async () => {
    const parameters = [{ in: 'query', name: 'q', type: 'string', enum: numbered(100_000, (index) => `v${index}`) }];
    const definitions = named(40, 'M', () => ({ enum: numbered(9000, (index) => index) }));
    expect((await readBounded(documentOf({ '/a': { get: { parameters } } }, { definitions }))).failure).toBeNull();
  });

  it.each<[string, string, object]>([
    [
      'many parameters',
      'SWAGGER_PARAMETER_INVALID',
      documentOf({ '/a': { get: { parameters: numbered(50_000, (index) => ({ in: 'query', name: `q${index}` })) } } }),
    ],
    ['many unknown keys', 'SWAGGER_INVALID', documentOf({ '/a': { get: named(50_000, 'k', () => 1) } })],
    ['many faults', 'SWAGGER_INVALID', documentOf(named(50_000, '/p', () => ({ $ref: 'http://127.0.0.1/' })))],
    [
      'many long paths',
      'METHOD_LIMIT_EXCEEDED',
      documentOf(named(20_000, `/${'a/'.repeat(100)}`, () => ({ get: {} }))),
    ],
    [
      'a large response that all operations share',
      'SWAGGER_RESPONSE_INVALID',
      documentOf(
        named(3000, '/p', () => ({ get: { responses: { 200: { $ref: '#/responses/large' } } } })),
        { responses: { large: { description: '', headers: named(20_000, 'h', () => ({ type: 'string' })) } } },
      ),
    ],
  ])('is refused for %s', async (_name, key, document) => {
    expect((await readBounded(document)).failure?.key).toBe(key);
  });
});

describe('a large document', () => {
  it('of a thousand operations is read', async () => {
    const operation = {
      parameters: numbered(10, (index) => ({
        in: 'query',
        name: `q${index}`,
        description: 'x'.repeat(150),
        type: 'string',
      })),
      responses: {
        200: { description: 'ok', schema: { $ref: '#/definitions/M0' } },
        default: { description: 'x'.repeat(200), schema: { type: 'object', description: 'x'.repeat(1500) } },
      },
    };
    const item = { get: operation, put: operation, post: operation, delete: operation };
    const definitions = named(100, 'M', () => ({
      type: 'object',
      properties: named(30, 'p', () => ({ type: 'string' })),
    }));
    const { methods } = await planOf(
      documentOf(
        named(250, '/p', () => item),
        { definitions },
      ),
      { maxMethods: 1000 },
    );
    expect(methods).toHaveLength(1000);
  });
});
