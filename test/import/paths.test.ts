import { describe, expect, it } from '@jest/globals';
import { documentOf, failureOf, planOf } from './documents.js';

async function refused(paths: object, maxMethods = 100) {
  const { key, details } = await failureOf(documentOf(paths), { maxMethods });
  return [key, details.map(({ field }) => field)];
}

describe('paths of an import', () => {
  it('bring all paths above them, the root first', async () => {
    const { paths } = await planOf(documentOf({ '/a/b/{c}': { get: {} }, '/a/x': {} }));
    expect(paths.map(({ path }) => path)).toEqual(['/', '/a', '/a/b', '/a/b/{c}', '/a/x']);
  });

  it('may have no method', async () => {
    const { paths, methods } = await planOf(documentOf({ '/a': {} }));
    expect([paths.length, methods.length]).toEqual([2, 0]);
  });

  it.each(['a', '/a b', '/a/{b}/{b}', '/{a+}/b', '/a//b', `/${'a'.repeat(255)}`, '/a/{}', '/a?b'])(
    'refuses %s',
    async (path) => {
      expect(await refused({ [path]: { get: {} } })).toEqual([
        'PATH_INVALID',
        [`/paths/${path.replaceAll('/', '~1')}`],
      ]);
    },
  );

  it('allow one variable for a level, also above the path itself', async () => {
    expect(await refused({ '/a/{x}/b': { get: {} }, '/a/{y}': { get: {} } })).toEqual([
      'PATH_VARIABLE_CONFLICT',
      ['/paths/~1a~1{y}'],
    ]);
    expect(await refused({ '/a/{x}/b': {}, '/a/{y}/c': { get: {} } })).toEqual([
      'PATH_VARIABLE_CONFLICT',
      ['/paths/~1a~1{y}~1c'],
    ]);
    expect(await refused({ '/a/{x}': {}, '/a/{x+}': { get: {} } })).toEqual([
      'PATH_VARIABLE_CONFLICT',
      ['/paths/~1a~1{x+}'],
    ]);
  });

  it('refuse more methods than a service may have', async () => {
    const paths = { '/a': { get: {}, post: {} }, '/b': { get: {} } };
    expect(await refused(paths, 2)).toEqual(['METHOD_LIMIT_EXCEEDED', ['/paths']]);
    expect((await planOf(documentOf(paths), { maxMethods: 3 })).methods).toHaveLength(3);
  });

  it('count the OPTIONS methods that CORS makes', async () => {
    const CORS = { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false };
    const paths = { '/a': { get: {}, 'x-nhncloud-apigateway': { plugins: { CORS } } } };
    expect(await refused(paths, 1)).toEqual(['METHOD_LIMIT_EXCEEDED', ['/paths']]);
  });

  it.each([{}, { '/': {} }, { '/': { trace: {} } }, { '/a': { $ref: '#/x-paths/a' } }, { 'x-path': {} }])(
    'refuse %j: an import never empties a service',
    async (paths) => {
      const { key } = await failureOf(documentOf(paths, { 'x-paths': { a: {} } }));
      expect(key).toBe('NO_RESOURCE_TO_CREATE');
    },
  );

  it('refuse a path item or an operation that is no object', async () => {
    expect(await refused({ '/a': null, '/b': { get: [] } })).toEqual([
      'SWAGGER_INVALID',
      ['/paths/~1a', '/paths/~1b/get'],
    ]);
  });

  it('refuse more paths than a service may have', async () => {
    const many = Array.from({ length: 10_001 }, (_, index) => [`/p${index}`, {}]);
    expect(await refused(Object.fromEntries(many))).toEqual(['INVALID_INPUT', ['/paths']]);
    const deep = Array.from({ length: 200 }, (_, index) => [`/p${index}${'/a'.repeat(100)}`, {}]);
    expect(await refused(Object.fromEntries(deep))).toEqual(['INVALID_INPUT', ['/paths']]);
  });
});

describe('the report of an import', () => {
  it('has one entry for each operation, and one for each that is skipped', async () => {
    const paths = {
      '/a': { get: {}, trace: {}, GET: {}, summary: 'A', 'x-note': 1, parameters: [] },
      '/b': { $ref: '#/paths/~1a' },
    };
    const { report } = await planOf(documentOf(paths));
    expect(report.map(({ path, method, result }) => `${result} ${method} ${path}`)).toEqual([
      'IMPORTED GET /a',
      'SKIPPED trace /a',
      'SKIPPED GET /a',
      'SKIPPED summary /a',
      'SKIPPED $ref /b',
    ]);
  });

  it('says what was left out of an operation and where it stands', async () => {
    const schema = { type: 'object' };
    const get = {
      tags: ['a'],
      operationId: 'x',
      'x-internal': true,
      parameters: [{ in: 'query', name: 'q', type: 'string', enum: ['a'] }, { $ref: '#/parameters/body' }],
      responses: { default: { description: 'bad' }, 200: { description: 'ok', schema } },
    };
    const { report } = await planOf(
      documentOf({ '/a': { get } }, { parameters: { body: { in: 'body', name: 'b', schema } } }),
    );
    expect(report[0]?.reasons).toEqual([
      { pointer: '/paths/~1a/get', message: 'is imported without tags, operationId' },
      { pointer: '/paths/~1a/get/parameters/0', message: 'required is missing and taken as false' },
      { pointer: '/paths/~1a/get/parameters/0', message: 'is imported without enum' },
      { pointer: '/parameters/body/schema', message: 'the body is left out: it is a schema without a model' },
      {
        pointer: '/paths/~1a/get/responses/200/schema',
        message: 'the body is left out: it is a schema without a model',
      },
      {
        pointer: '/paths/~1a/get/responses/default',
        message: 'a default response is left out: a response has a status code',
      },
    ]);
  });

  it('says it for every operation that shares the part', async () => {
    const get = { parameters: [{ $ref: '#/parameters/q' }] };
    const { report } = await planOf(
      documentOf(
        { '/a': { get }, '/b': { get } },
        { parameters: { q: { in: 'query', name: 'q', required: true, type: 'string', pattern: 'x' } } },
      ),
    );
    const reasons = [{ pointer: '/parameters/q', message: 'is imported without pattern' }];
    expect(report.map((entry) => entry.reasons)).toEqual([reasons, reasons]);
  });
});
