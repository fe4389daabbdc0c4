import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/errors/index.js';
import { readSwagger, type ReadResult } from '../../src/modules/resources/import/read-swagger.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { inside, valueAt } from '../../src/kernel/json-pointer.js';
import { bodyOf, documentOf, read, USUAL_OPTIONS } from './documents.js';

/** The same documents in every run. */
const SEED = 20_261_121;

const VALID = documentOf(
  {
    '/pets/{petId}': {
      parameters: [{ $ref: '#/parameters/limit' }],
      get: {
        summary: 'Find',
        consumes: ['application/json'],
        parameters: [
          { in: 'header', name: 'X-A', required: true, type: 'array', items: { type: 'string' } },
          { in: 'body', name: 'pet', schema: { $ref: '#/definitions/Pet' } },
        ],
        responses: { 200: { $ref: '#/responses/ok' }, default: { description: 'bad', schema: { type: 'object' } } },
        'x-nhncloud-apigateway': {
          plugins: { MOCK: { statusCode: 200, headers: { 'X-B': '${request.path.petId}' } } },
        },
      },
      options: { tags: ['a'] },
      'x-nhncloud-apigateway': { plugins: { SET_REQUEST_HEADER: { headers: { 'X-C': 'c' } } } },
    },
  },
  {
    basePath: '/v1',
    schemes: ['https'],
    parameters: { limit: { in: 'query', name: 'limit', type: 'integer', enum: [1, 2] } },
    responses: {
      ok: { description: 'ok', headers: { 'X-D': { type: 'string' } }, schema: { $ref: '#/definitions/Pet' } },
    },
    definitions: {
      Pet: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 5 } } },
    },
  },
);

/** Every place of a JSON value. */
function placesOf(value: unknown, pointer = ''): string[] {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [pointer, ...children.flatMap(([key, child]) => placesOf(child, inside(pointer, key)))];
}

const places = placesOf(VALID).slice(1);
const keys = [
  '__proto__',
  'constructor',
  'toString',
  '$ref',
  'get',
  'in',
  'type',
  'schema',
  'parameters',
  'responses',
  'x-nhncloud-apigateway',
  'plugins',
  '200',
  '',
];
const replacement = fc.oneof(
  fc.constantFrom<unknown>(
    '#',
    '#/paths',
    '#/definitions/Pet',
    '#/parameters/limit',
    '/',
    '/{a}/{b+}',
    'body',
    'array',
    'file',
    null,
    true,
    -1,
    Number.MAX_VALUE,
    [],
    {},
    [[]],
  ),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 })),
);

/** A change of the document at a place: another value, none, or a further key. */
const change = fc.record({
  place: fc.constantFrom(...places),
  kind: fc.constantFrom('replace', 'remove', 'add'),
  key: fc.constantFrom(...keys),
  value: replacement,
});

function withChange(
  document: unknown,
  { place, kind, key, value }: { place: string; kind: string; key: string; value: unknown },
): unknown {
  const parent = valueAt(document, place.slice(0, place.lastIndexOf('/'))) as Record<string, unknown> | undefined;
  const last = place
    .slice(place.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
  if (typeof parent !== 'object' || parent === null) return document;
  if (kind === 'remove') delete parent[last];
  else
    Object.defineProperty(parent, kind === 'add' ? key : last, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return document;
}

/** What is wrong with an answer: it must be plain data, a plan or a failure that is a 4xx with details that point into the document. */
function problemsOf({ plan, failure }: ReadResult): string[] {
  if (failure === null)
    return canonicalJson(structuredClone(plan)) === canonicalJson(plan) ? [] : ['the plan is no plain data'];
  const { httpStatus, details } = new AppError(failure.key, failure.details);
  return [
    ...(httpStatus >= 400 && httpStatus < 500 ? [] : [`the status is ${httpStatus}`]),
    ...(details.length > 0 ? [] : ['there are no details']),
    ...details
      .filter(({ property, field }) => property === 'swaggerData' && field !== '' && !field.startsWith('/'))
      .map(({ field }) => `${field} is no pointer`),
  ];
}

/** The value with keys in every object that a careless copy would write through to all objects. */
function withHostileKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withHostileKeys);
  if (typeof value !== 'object' || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, withHostileKeys(child)]));
  for (const key of ['__proto__', 'constructor']) {
    const hostile = { polluted: true, prototype: { polluted: true } };
    Object.defineProperty(copy, key, { value: hostile, enumerable: true });
  }
  return copy;
}

describe('whatever is sent to an import', () => {
  it('the document that the others are made of is valid', async () => {
    expect((await read(VALID)).failure).toBeNull();
  });

  it('a changed document gives a plan or a 4xx whose details point into it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const document = changes.reduce<unknown>(withChange, structuredClone(VALID));
        expect(problemsOf(await read(document))).toEqual([]);
      }),
      { numRuns: 150, seed: SEED },
    );
  });

  it('any JSON in the place of the paths, the definitions and the document gives a plan or a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 5 }), async (text) => {
        const value: unknown = JSON.parse(text);
        for (const document of [value, documentOf({ '/a': value }), documentOf({ '/a': {} }, { definitions: value })]) {
          expect(problemsOf(await read(document))).toEqual([]);
        }
      }),
      { numRuns: 50, seed: SEED },
    );
  });

  it('any bytes give a plan or a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(), async (noise, at) => {
        const body = bodyOf(VALID);
        expect(problemsOf(await readSwagger(noise, USUAL_OPTIONS))).toEqual([]);
        body.set(noise.subarray(0, 3), at % (body.length - 3));
        expect(problemsOf(await readSwagger(body, USUAL_OPTIONS))).toEqual([]);
      }),
      { numRuns: 100, seed: SEED },
    );
  });

  it('no key of it changes what all objects inherit', async () => {
    const { failure } = await read(withHostileKeys(VALID));
    expect(failure?.key).not.toBe('INVALID_PARAMETER');
    expect('polluted' in {}).toBe(false);
  });
});
