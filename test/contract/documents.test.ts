import { describe, expect, it } from '@jest/globals';
import { MAX_MODEL_SCHEMA_LENGTH, modelSchemaFaults } from '../../src/contract/model-schema.js';
import { isContentType } from '../../src/contract/parameters.js';

describe('a content type', () => {
  it.each(['application/json', '*/*', 'text/*', 'application/vnd.a+json', 'text/html; charset=utf-8', 'a/b;c'])(
    'may be %s',
    (text) => {
      expect(isContentType(text)).toBe(true);
    },
  );

  it.each(['', 'json', 'application/', '/json', 'a/b/c', 'a b/c', 'a/b c', 'a/b;\n', 'ä/b'])('is not %j', (text) => {
    expect(isContentType(text)).toBe(false);
  });
});

describe('the schema of a model', () => {
  it.each([
    {},
    { type: ['string', 'null'] },
    { $ref: '#/definitions/A' },
    { exclusiveMinimum: true, minimum: 0 },
    { oneOf: [{}], not: {} },
    { 'x-a': 1 },
    { pattern: '^[\\u0041-\\u005a]{1,255}(?<rest>\\/.*)?$' },
    { enum: [{ pattern: '(?=a)' }], properties: { pattern: { pattern: '^(a+)+$' } } },
  ])('may be %j', (schema) => {
    expect(modelSchemaFaults(schema)).toEqual([]);
  });

  it.each<[unknown, string[]]>([
    [null, ['']],
    ['{}', ['']],
    [[], ['']],
    [true, ['']],
    [{ type: 'text' }, ['/type']],
    [{ exclusiveMinimum: 0 }, ['', '/exclusiveMinimum']],
    [{ properties: { a: { items: { required: true } } } }, ['/properties/a/items/required']],
    [{ pattern: '(?=a)b' }, ['/pattern']],
    [{ pattern: '(?<!a)b' }, ['/pattern']],
    [{ pattern: '(a)\\1' }, ['/pattern']],
    [{ pattern: '(' }, ['/pattern']],
    [{ properties: { pattern: { items: { pattern: '(?!a)' } } } }, ['/properties/pattern/items/pattern']],
    [{ patternProperties: { 'a/(?=b)': {} } }, ['/patternProperties/a~1(?=b)']],
    [{ definitions: { A: { allOf: [{ pattern: '[' }] } } }, ['/definitions/A/allOf/0/pattern']],
    [{ pattern: '(a|b|c){1000}'.repeat(100) }, ['/pattern']],
    [{ pattern: '(?:(?:a{100}){100}){100}' }, ['/pattern']],
    [{ enum: [] }, ['/enum']],
    [{ allOf: [{ enum: [1, 2, 1] }] }, ['/allOf/0/enum']],
  ])('is not %j', (schema, pointers) => {
    const found = modelSchemaFaults(schema).map(({ pointer }) => pointer);
    expect([...new Set(found)].filter((pointer) => pointers.includes(pointer))).toEqual(
      expect.arrayContaining(pointers.slice(-1)),
    );
  });

  it('has at most 65,535 characters', () => {
    const around = JSON.stringify({ title: '' }).length;
    expect(modelSchemaFaults({ title: 'x'.repeat(MAX_MODEL_SCHEMA_LENGTH - around) })).toEqual([]);
    expect(modelSchemaFaults({ title: 'x'.repeat(MAX_MODEL_SCHEMA_LENGTH - around + 1) })).toHaveLength(1);
  });
});
