import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/errors/index.js';
import { readSwagger } from '../../src/modules/resources/import/read-swagger.js';
import { inside, valueAt } from '../../src/kernel/json-pointer.js';
import { bodyOf, documentOf, read, USUAL_OPTIONS } from './documents.js';

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
        'x-nhncloud-apigateway': { plugins: { MOCK: { statusCode: 200, headers: { 'X-B': '${request.path.petId}' } } } },
      },
      options: { tags: ['a'] },
      'x-nhncloud-apigateway': { plugins: { SET_REQUEST_HEADER: { headers: { 'X-C': 'c' } } } },
    },
  },
  {
    basePath: '/v1',
    schemes: ['https'],
    parameters: { limit: { in: 'query', name: 'limit', type: 'integer', enum: [1, 2] } },
    responses: { ok: { description: 'ok', headers: { 'X-D': { type: 'string' } }, schema: { $ref: '#/definitions/Pet' } } },
    definitions: { Pet: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 5 } } } },
  },
);

/** Every place of a JSON value. */
function placesOf(value: unknown, pointer = ''): string[] {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [pointer, ...children.flatMap(([key, child]) => placesOf(child, inside(pointer, key)))];
}

const places = placesOf(VALID).slice(1);
const keys = ['__proto__', 'constructor', 'toString', '$ref', 'get', 'in', 'type', 'schema', 'parameters', 'responses', 'x-nhncloud-apigateway', 'plugins', '200', ''];
const replacement = fc.oneof(
  fc.constantFrom<unknown>('#', '#/paths', '#/definitions/Pet', '#/parameters/limit', '/', '/{a}/{b+}', 'body', 'array', 'file', null, true, -1, 1e400, [], {}, [[]]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 2 })),
);

/** A change of the document at a place: another value, none, or a further key. */
const change = fc.record({ place: fc.constantFrom(...places), kind: fc.constantFrom('replace', 'remove', 'add'), key: fc.constantFrom(...keys), value: replacement });

function withChange(document: unknown, { place, kind, key, value }: { place: string; kind: string; key: string; value: unknown }): unknown {
  const parent = valueAt(document, place.slice(0, place.lastIndexOf('/'))) as Record<string, unknown> | undefined;
  const last = place.slice(place.lastIndexOf('/') + 1).replaceAll('~1', '/').replaceAll('~0', '~');
  if (typeof parent !== 'object' || parent === null) return document;
  if (kind === 'remove') delete parent[last];
  else Object.defineProperty(parent, kind === 'add' ? key : last, { value, enumerable: true, configurable: true, writable: true });
  return document;
}

/** What any body must come to: a plan, or a failure that is a 4xx with details that point into the document. */
async function isAnswered(result: Awaited<ReturnType<typeof readSwagger>>): Promise<void> {
  if (result.failure === null) {
    expect(structuredClone(result.plan)).toEqual(result.plan);
    return;
  }
  const error = new AppError(result.failure.key, result.failure.details);
  expect([error.httpStatus >= 400 && error.httpStatus < 500, error.details.length > 0]).toEqual([true, true]);
  for (const { field, property } of error.details) if (property === 'swaggerData') expect(field).toMatch(/^(\/|$)/);
}

describe('whatever is sent to an import', () => {
  it('the document that the others are made of is valid', async () => {
    expect((await read(VALID)).failure).toBeNull();
  });

  it('a changed document gives a plan or a 4xx whose details point into it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const document = changes.reduce<unknown>(withChange, structuredClone(VALID));
        await isAnswered(await read(document));
      }),
      { numRuns: 150 },
    );
  });

  it('any JSON gives a plan or a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (text) => isAnswered(await readSwagger(Buffer.from(text), USUAL_OPTIONS))),
      { numRuns: 100 },
    );
  });

  it('any bytes give a plan or a 4xx', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(), async (noise, at) => {
        const body = bodyOf(VALID);
        await isAnswered(await readSwagger(noise, USUAL_OPTIONS));
        body.set(noise.subarray(0, 3), at % (body.length - 3));
        await isAnswered(await readSwagger(body, USUAL_OPTIONS));
      }),
      { numRuns: 100 },
    );
  });

  it('no key of it changes what all objects inherit', async () => {
    const text = JSON.stringify(VALID).replaceAll('"X-', '"__proto__": {"polluted": true}, "X-').replaceAll('"type"', '"constructor": {"prototype": {"polluted": true}}, "type"');
    await isAnswered(await readSwagger(Buffer.from(`{"swaggerData": ${text}}`), USUAL_OPTIONS));
    expect('polluted' in {}).toBe(false);
  });
});
