import { describe, expect, it } from '@jest/globals';
import { documentOf, failureOf, methodOf, planOf, refusalOf } from './documents.js';

const DEFINITIONS = { definitions: { Pet: { type: 'object' } } };
const PET = { $ref: '#/definitions/Pet' };
const query = (rest: object) => ({
  parameters: [{ in: 'query', name: 'q', required: false, type: 'string', ...rest }],
});
const response = (rest: object, code = '200') => ({ responses: { [code]: { description: 'ok', ...rest } } });

describe('an operation', () => {
  it('is named and described by its method when it says nothing', async () => {
    expect(await methodOf({})).toMatchObject({ methodType: 'GET', methodName: 'GET', methodDescription: 'GET' });
  });

  it('keeps its summary and description', async () => {
    const method = await methodOf({ summary: 'Find', description: '' });
    expect(method).toMatchObject({ methodName: 'Find', methodDescription: null });
  });

  it('counts characters, not code units', async () => {
    expect((await methodOf({ summary: '🐕'.repeat(50) })).methodName).toHaveLength(100);
    expect(await refusalOf({ summary: '🐕'.repeat(51) })).toEqual({ key: 'SWAGGER_INVALID', fields: ['/summary'] });
  });

  it.each([
    [{ summary: 'x'.repeat(51) }, '/summary'],
    [{ description: 'x'.repeat(201) }, '/description'],
    [{ summary: 5 }, '/summary'],
    [{ requestBody: {} }, '/requestBody'],
  ])('is refused for %j', async (operation, field) => {
    expect(await refusalOf(operation)).toEqual({ key: 'SWAGGER_INVALID', fields: [field] });
  });

  it('may have the operation id of another one, for ids are not kept', async () => {
    const get = { operationId: 'x' };
    expect((await planOf(documentOf({ '/a': { get }, '/b': { get } }))).methods).toHaveLength(2);
  });

  it.each(['consumes', 'produces'])('has the %s of the document unless it has its own', async (key) => {
    const rest = { [key]: ['application/json', 'application/json'] };
    const listOf = async (operation: object) => {
      const method = await methodOf(operation, rest);
      return (key === 'consumes' ? method.parameters : method.responses).contentTypeList;
    };
    expect(await listOf({})).toEqual(['application/json']);
    expect(await listOf({ [key]: ['text/*;q=1'] })).toEqual(['text/*;q=1']);
    expect(await listOf({ [key]: [] })).toEqual([]);
  });

  it.each([
    [{ consumes: ['json'] }, ['/consumes/0']],
    [{ produces: 'application/json' }, ['/produces']],
    [{ produces: Array.from({ length: 11 }, (_, index) => `a/b${index}`) }, ['/produces']],
  ])('refuses the content types %j', async (operation, fields) => {
    expect(await refusalOf(operation)).toEqual({ key: 'CONTENT_TYPE_INVALID', fields });
  });
});

describe('parameters', () => {
  it.each([
    [{ type: 'string' }, 'STRING', false],
    [{ type: undefined }, 'STRING', false],
    [{ type: 'boolean' }, 'BOOLEAN', false],
    [{ type: 'integer' }, 'INTEGER', false],
    [{ type: 'integer', format: 'int64' }, 'LONG', false],
    [{ type: 'number' }, 'DOUBLE', false],
    [{ type: 'number', format: 'float' }, 'FLOAT', false],
    [{ type: 'array', items: { type: 'integer', format: 'int64' }, collectionFormat: 'multi' }, 'LONG', true],
    [{ type: 'array', items: {} }, 'STRING', true],
  ])('of type %j are %s, array %s', async (type, dataType, isArray) => {
    const { parameters } = await methodOf(query({ ...type, description: 'D', required: true }));
    expect(parameters.queryStringList).toEqual([{ name: 'q', description: 'D', dataType, required: true, isArray }]);
  });

  it('go to the list of their place, path parameters to none', async () => {
    const { parameters } = await methodOf({
      parameters: [
        { in: 'path', name: 'petId', type: 'string' },
        { in: 'header', name: 'X-A', type: 'array', items: { type: 'string' } },
        { in: 'formData', name: 'photo', type: 'file' },
      ],
    });
    expect(parameters).toEqual({
      queryStringList: [],
      headerList: [{ name: 'X-A', description: null, dataType: 'STRING', required: false }],
      formDataList: [{ name: 'photo', description: null, dataType: 'FILE', required: false, isArray: false }],
      requestBody: null,
      contentTypeList: [],
    });
  });

  it('name the model of a body', async () => {
    const body = {
      in: 'body',
      name: 'pet',
      description: 'A pet',
      required: true,
      schema: { ...PET, originalRef: 'Pet' },
    };
    const { parameters } = await methodOf({ parameters: [body] }, DEFINITIONS);
    expect(parameters.requestBody).toEqual({ name: 'pet', description: 'A pet', modelName: 'Pet' });
  });

  it.each([{ type: 'array', items: PET }, { type: 'object' }, { $ref: '#/definitions/Pet/properties' }])(
    'leave out a body with the schema %j',
    async (schema) => {
      const definitions = { Pet: { type: 'object', properties: {} } };
      const { parameters } = await methodOf({ parameters: [{ in: 'body', name: 'b', schema }] }, { definitions });
      expect(parameters.requestBody).toBeNull();
    },
  );

  it('of the path hold for its operations unless redefined', async () => {
    const ofPath = [{ $ref: '#/parameters/a' }, { in: 'query', name: 'b', type: 'string' }];
    const get = { parameters: [{ in: 'query', name: 'b', type: 'integer' }] };
    const rest = { parameters: { a: { in: 'query', name: 'a', type: 'boolean' } } };
    const { methods } = await planOf(documentOf({ '/x': { parameters: ofPath, get, post: {} } }, rest));
    const types = methods.map(({ parameters }) =>
      parameters.queryStringList.map(({ name, dataType }) => `${name} ${dataType}`),
    );
    expect(types).toEqual([
      ['b INTEGER', 'a BOOLEAN'],
      ['a BOOLEAN', 'b STRING'],
    ]);
  });

  it.each<[string, object[] | object, string[]]>([
    ['no list', {}, ['']],
    ['no object', [5], ['/0']],
    ['an unknown place', [{ in: 'cookie', name: 'c', type: 'string' }], ['/0/in']],
    ['a missing name', [{ in: 'query', type: 'string' }], ['/0/name']],
    ['a long name', [{ in: 'query', name: 'x'.repeat(51), type: 'string' }], ['/0/name']],
    ['a long description', [{ in: 'query', name: 'x', description: 'x'.repeat(201) }], ['/0/description']],
    ['an unknown type', [{ in: 'query', name: 'x', type: 'int' }], ['/0/type']],
    ['a list without items', [{ in: 'query', name: 'x', type: 'array' }], ['/0/items']],
    ['a list of files', [{ in: 'formData', name: 'x', type: 'array', items: { type: 'file' } }], ['/0/items/type']],
    ['a file in the query', [{ in: 'query', name: 'x', type: 'file' }], ['/0/type']],
    ['a body without schema', [{ in: 'body', name: 'x' }], ['/0/schema']],
    ['a body whose schema has an unknown key', [{ in: 'body', name: 'x', schema: { anyOf: [] } }], ['/0/schema/anyOf']],
    ['a limit that is no number', [{ in: 'query', name: 'x', maxLength: 'y' }], ['/0/maxLength']],
    [
      'two bodies',
      [
        { in: 'body', name: 'x', schema: {} },
        { in: 'body', name: 'y', schema: {} },
      ],
      [''],
    ],
    [
      'a body beside form fields',
      [
        { in: 'body', name: 'x', schema: {} },
        { in: 'formData', name: 'y' },
      ],
      [''],
    ],
    [
      'the same one twice',
      [
        { in: 'query', name: 'x' },
        { in: 'query', name: 'x' },
      ],
      ['/1'],
    ],
    ['a variable that the path has not', [{ in: 'path', name: 'x', required: true, type: 'string' }], ['/0/name']],
    ['over 50 of a place', Array.from({ length: 51 }, (_, index) => ({ in: 'query', name: `q${index}` })), ['']],
    ['a reference to nothing', [{ $ref: '#/parameters/none' }], ['/0/$ref']],
  ])('refuse %s', async (_name, parameters, fields) => {
    const expected = fields.map((field) => `/parameters${field}`);
    expect(await refusalOf({ parameters })).toEqual({ key: 'SWAGGER_PARAMETER_INVALID', fields: expected });
  });

  it('refuse a name that no header can have', async () => {
    const parameters = [{ in: 'header', name: 'a b', type: 'string' }];
    expect(await refusalOf({ parameters })).toEqual({ key: 'INVALID_HEADER_NAME', fields: ['/parameters/0/name'] });
  });

  it('name a shared parameter that is faulty once, at its definition', async () => {
    const get = { parameters: [{ $ref: '#/parameters/a' }] };
    const { details } = await failureOf(
      documentOf({ '/a': { get }, '/b': { get } }, { parameters: { a: { in: 'query', name: 'x', type: 5 } } }),
    );
    expect(details.map(({ field }) => field)).toEqual(['/parameters/a/type']);
  });

  it('refuse a reference that goes in a circle', async () => {
    const rest = { parameters: { a: { $ref: '#/parameters/b' }, b: { $ref: '#/parameters/a' } } };
    expect((await refusalOf({ parameters: [{ $ref: '#/parameters/a' }] }, rest)).key).toBe('SWAGGER_PARAMETER_INVALID');
  });
});

describe('responses', () => {
  it('keep status, description, headers and the model of the body', async () => {
    const headers = { 'X-A': { type: 'integer', description: 'A' } };
    const { responses } = await methodOf(response({ headers, schema: PET }, '404'), DEFINITIONS);
    expect(responses.responseList).toEqual([
      {
        responseStatusCode: 404,
        description: 'ok',
        headerList: [{ name: 'X-A', description: 'A', dataType: 'INTEGER' }],
        responseBody: { name: 'Pet', description: null, modelName: 'Pet' },
      },
    ]);
  });

  it('may be absent, empty, without description, and shared', async () => {
    expect((await methodOf({ responses: {} })).responses.responseList).toEqual([]);
    expect((await methodOf({ responses: { 200: {} } })).responses.responseList).toMatchObject([{ description: null }]);
    const shared = { responses: { ok: { description: 'fine' } } };
    const method = await methodOf(
      { responses: { 200: { $ref: '#/responses/ok' }, 201: { $ref: '#/responses/ok' } } },
      shared,
    );
    expect(method.responses.responseList.map(({ description }) => description)).toEqual(['fine', 'fine']);
  });

  it.each<[string, object, string[]]>([
    ['a status under 100', { '099': {} }, ['/099']],
    ['a status over 599', { 600: {} }, ['/600']],
    ['a range of statuses', { '2XX': {} }, ['/2XX']],
    ['no object', { 200: 'ok' }, ['/200']],
    ['a long description', { 200: { description: 'x'.repeat(201) } }, ['/200/description']],
    ['a description that is no text', { 200: { description: 5 } }, ['/200/description']],
    ['a header without type', { 200: { headers: { 'X-A': {} } } }, ['/200/headers/X-A/type']],
    ['a header of an unknown type', { 200: { headers: { 'X-A': { type: 'object' } } } }, ['/200/headers/X-A/type']],
    [
      'a long header name',
      { 200: { headers: { ['x'.repeat(51)]: { type: 'string' } } } },
      [`/200/headers/${'x'.repeat(51)}`],
    ],
    ['a schema with an unknown type', { 200: { schema: { type: 'thing' } } }, ['/200/schema/type']],
    ['a list without items', { 200: { schema: { type: 'array' } } }, ['/200/schema']],
    ['a reference to nothing', { 200: { $ref: '#/responses/none' } }, ['/200/$ref']],
  ])('refuse %s', async (_name, responses, fields) => {
    const expected = fields.map((field) => `/responses${field}`);
    expect(await refusalOf({ responses })).toEqual({ key: 'SWAGGER_RESPONSE_INVALID', fields: expected });
  });

  it('refuse a name that no header can have', async () => {
    expect((await refusalOf(response({ headers: { 'Status Code': { type: 'string' } } }))).key).toBe(
      'INVALID_HEADER_NAME',
    );
  });
});
