import { describe, expect, it } from '@jest/globals';
import { documentOf, failureOf, planOf, read } from './documents.js';

const PATHS = { '/pets': { get: {} } };

async function refused(definitions: unknown) {
  const { key, details } = await failureOf(documentOf(PATHS, { definitions }));
  return [key, details.map(({ field }) => field)];
}

describe('models of an import', () => {
  it('are the definitions as they stand, JSON Schema draft-04 beyond Swagger included', async () => {
    const schema = {
      description: 'A pet',
      anyOf: [{ type: 'object' }, { $ref: '#/definitions/Pet' }],
      'x-note': [1],
      example: { $ref: 'http://a' },
    };
    const { models } = await planOf(documentOf(PATHS, { definitions: { Pet: schema } }));
    expect(models).toEqual([{ name: 'Pet', description: '', schema }]);
  });

  it.each<[string, unknown, string[]]>([
    ['definitions that are no object', [], ['/definitions']],
    ['a definition that is no object', { Pet: 5 }, ['/definitions/Pet']],
    [
      'a keyword of the wrong type',
      { Pet: { properties: { 'a/b': { maxLength: '5' } } } },
      ['/definitions/Pet/properties/a~1b/maxLength'],
    ],
    ['an empty list of required properties', { Pet: { required: [] } }, ['/definitions/Pet/required']],
    [
      'a value twice in an enum',
      {
        Pet: {
          enum: [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
        },
      },
      ['/definitions/Pet/enum'],
    ],
    [
      'a pattern that looks around',
      { Pet: { properties: { a: { pattern: '(?=a)' } } } },
      ['/definitions/Pet/properties/a/pattern'],
    ],
    ['a name over 50 characters', { ['x'.repeat(51)]: {} }, [`/definitions/${'x'.repeat(51)}`]],
    ['a schema over 65,535 characters', { Pet: { description: 'x'.repeat(65_535) } }, ['/definitions/Pet']],
  ])('refuse %s', async (_name, definitions, fields) => {
    expect(await refused(definitions)).toEqual(['MODEL_SCHEMA_INVALID', fields]);
  });

  it('may have a schema of 65,535 characters', async () => {
    const length = 65_535 - JSON.stringify({ description: '' }).length;
    expect(
      (await read(documentOf(PATHS, { definitions: { Pet: { description: 'x'.repeat(length) } } }))).failure,
    ).toBeNull();
  });
});

describe('references of a document', () => {
  it.each(['http://127.0.0.1/pet.json', 'pet.json#/Pet', '/etc/passwd', 'file:///etc/passwd', 'Pet', '', '#Pet'])(
    'refuses %j, wherever it stands, for it leaves the document',
    async (reference) => {
      const leaving = { $ref: reference };
      const rest = {
        definitions: { Pet: { properties: { default: leaving } } },
        parameters: { p: leaving },
        responses: { r: leaving },
      };
      const item = {
        parameters: [leaving],
        get: { responses: { 200: leaving, 201: { schema: { items: leaving, type: 'array' } } } },
      };
      const { key, details } = await failureOf(documentOf({ '/a': item, '/b': leaving }, rest));
      expect(key).toBe('SWAGGER_INVALID');
      expect(details.map(({ field }) => field).toSorted()).toEqual([
        '/definitions/Pet/properties/default/$ref',
        '/parameters/p/$ref',
        '/paths/~1a/get/responses/200/$ref',
        '/paths/~1a/get/responses/201/schema/items/$ref',
        '/paths/~1a/parameters/0/$ref',
        '/paths/~1b/$ref',
        '/responses/r/$ref',
      ]);
    },
  );

  it('takes one in an example or a default for text', async () => {
    const schema = {
      default: { $ref: 'http://a' },
      example: { $ref: '#/none' },
      enum: [{ $ref: 'b' }],
      properties: { $ref: { type: 'string' } },
    };
    const responses = { 200: { description: '', schema, examples: { 'application/json': { $ref: 'c' } } } };
    expect(
      (await planOf(documentOf({ '/a': { get: { responses } } }, { definitions: { A: schema } }))).models,
    ).toHaveLength(1);
  });

  it('refuses one to a model that definitions does not hold', async () => {
    const none = { $ref: '#/definitions/None' };
    const responses = { 200: { description: '', schema: none } };
    const { key, details } = await failureOf(
      documentOf({ '/a': { get: { responses } } }, { definitions: { A: { properties: { a: none } } } }),
    );
    expect(key).toBe('SWAGGER_MODEL_REFERENCE_INVALID');
    expect(details.map(({ field }) => field).toSorted()).toEqual([
      '/definitions/A/properties/a/$ref',
      '/paths/~1a/get/responses/200/schema/$ref',
    ]);
  });

  it('reads escapes, so that any name can be referred to', async () => {
    const responses = { 200: { description: '', schema: { $ref: '#/definitions/a~1b%20%25' } } };
    const { methods } = await planOf(documentOf({ '/a': { get: { responses } } }, { definitions: { 'a/b %': {} } }));
    expect(methods[0]?.responses.responseList[0]?.responseBody?.modelName).toBe('a/b %');
  });

  it.each(['constructor', '__proto__', 'toString'])('does not take the inherited %s for a definition', async (name) => {
    const get = { responses: { 200: { description: '', schema: { $ref: `#/definitions/${name}` } } } };
    expect((await failureOf(documentOf({ '/a': { get } }, { definitions: {} }))).key).toBe(
      'SWAGGER_MODEL_REFERENCE_INVALID',
    );
    const definitions: unknown = JSON.parse(`{"${name}": {"type": "object"}}`);
    const { models, methods } = await planOf(documentOf({ '/a': { get } }, { definitions }));
    expect([models[0]?.name, methods[0]?.responses.responseList[0]?.responseBody?.modelName]).toEqual([name, name]);
  });

  it('reads definitions that refer to each other without writing them out', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `M${index}`);
    const definitions = Object.fromEntries(
      names.map((name, index) => {
        const next = { $ref: `#/definitions/M${(index + 1) % names.length}` };
        return [name, { type: 'object', properties: { a: next, b: next, self: { $ref: `#/definitions/${name}` } } }];
      }),
    );
    const responses = { 200: { description: '', schema: { type: 'array', items: { $ref: '#/definitions/M0' } } } };
    const { models } = await planOf(documentOf({ '/a': { get: { responses } } }, { definitions }));
    expect(models).toHaveLength(60);
  });
});
