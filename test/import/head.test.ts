import { describe, expect, it } from '@jest/globals';
import { readSwagger } from '../../src/modules/resources/import/read-swagger.js';
import { documentOf, failureOf, planOf, USUAL_OPTIONS } from './documents.js';

const PATHS = { '/pets': { get: {} } };

async function refusedBody(text: string | Uint8Array) {
  const { failure } = await readSwagger(Buffer.from(text), USUAL_OPTIONS);
  return [failure?.key, failure?.details[0]?.property, failure?.details[0]?.field];
}

describe('the body of an import', () => {
  it('refuses what is no JSON', async () => {
    expect(await refusedBody('{"swaggerData": {')).toEqual(['INVALID_PARAMETER', 'body', '']);
  });

  it('refuses what is no UTF-8', async () => {
    expect(await refusedBody(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).toEqual([
      'INVALID_PARAMETER',
      'body',
      '',
    ]);
  });

  it('refuses JSON that is no object', async () => {
    expect(await refusedBody('[]')).toEqual(['INVALID_PARAMETER', 'body', '']);
  });

  it.each(['', '{}', '{"swaggerData": null}', '{"swaggerData": []}', '{"swaggerData": "{}"}'])(
    'demands swaggerData as an object in %j',
    async (text) => {
      expect(await refusedBody(text)).toEqual(['INVALID_INPUT', 'body', 'swaggerData']);
    },
  );

  it('names a field that it does not know', async () => {
    expect(await refusedBody('{"swaggerData": {}, "overwrite": true}')).toEqual(['INVALID_INPUT', 'body', 'overwrite']);
  });

  it('refuses a document that is nested too deep before parsing it', async () => {
    const text = `{"swaggerData": ${'['.repeat(100_000)}`;
    expect(await refusedBody(text)).toEqual(['SWAGGER_INVALID', 'swaggerData', '']);
  });

  it('with two equal keys is refused, for parsers do not agree on which one counts', async () => {
    const text = `{"swaggerData": 1, "swaggerData": ${JSON.stringify(documentOf(PATHS))}}`;
    const { failure } = await readSwagger(Buffer.from(text), USUAL_OPTIONS);
    expect(failure).toEqual({
      key: 'INVALID_PARAMETER',
      details: [{ property: 'body', field: '/swaggerData', message: 'stands in its object twice' }],
    });
  });
});

describe('the head of a document', () => {
  it('may leave out swagger, title and version', async () => {
    expect((await planOf({ info: {}, paths: PATHS })).methods).toHaveLength(1);
  });

  it('may have a version written as a number', async () => {
    expect((await planOf({ info: { version: 1 }, paths: PATHS })).methods).toHaveLength(1);
  });

  it('may have a host of any text', async () => {
    expect(
      (await planOf(documentOf(PATHS, { host: 'kr1-{apigwServiceId}-alpha.api.nhncloudservice.com' }))).methods,
    ).toHaveLength(1);
  });

  it.each([2, '2', '1.2', '3.0.0', null, '2.0 '])('refuses the version %j', async (swagger) => {
    const { key, details } = await failureOf({ ...documentOf(PATHS), swagger });
    expect([key, details[0]?.field]).toEqual(['SWAGGER_INVALID', '/swagger']);
  });

  it.each([
    ['OpenAPI 3', { openapi: '3.0.3', info: {}, paths: PATHS }, '/openapi'],
    ['Swagger 1.2', { swaggerVersion: '1.2', apis: [] }, '/swaggerVersion'],
  ])('says that %s has to be converted first', async (_name, document, field) => {
    const { key, details } = await failureOf(document);
    expect([key, details[0]?.field]).toEqual(['SWAGGER_INVALID', field]);
    expect(details[0]?.message).toContain('convert');
  });

  it.each([undefined, null, 'x', []])('demands info as an object, not %j', async (info) => {
    const { key, details } = await failureOf({ ...documentOf(PATHS), info });
    expect([key, details[0]?.field]).toEqual(['SWAGGER_INFO_MISSING', '/info']);
  });

  it.each([undefined, null, 'x', []])('demands paths as an object, not %j', async (paths) => {
    const { key, details } = await failureOf({ ...documentOf(PATHS), paths });
    expect([key, details[0]?.field]).toEqual(['SWAGGER_PATHS_MISSING', '/paths']);
  });

  it.each([
    [[], '/schemes'],
    ['https', '/schemes'],
    [['https', 'ftp'], '/schemes/1'],
  ])('refuses the schemes %j', async (schemes, field) => {
    const { key, details } = await failureOf(documentOf(PATHS, { schemes }));
    expect([key, details[0]?.field]).toEqual(['SWAGGER_SCHEME_MISSING', field]);
  });

  it('demands schemes only when asked to be strict', async () => {
    expect((await failureOf(documentOf(PATHS), { strict: true })).key).toBe('SWAGGER_SCHEME_MISSING');
    expect((await planOf(documentOf(PATHS, { schemes: ['https'] }), { strict: true })).methods).toHaveLength(1);
    expect((await planOf(documentOf(PATHS))).methods).toHaveLength(1);
  });

  it.each([
    [{ tags: 'pets' }, '/tags'],
    [{ components: {} }, '/components'],
    [{ basePath: 'v1' }, '/basePath'],
    [{ securityDefinitions: { key: { type: 'magic' } } }, '/securityDefinitions/key'],
    [{ info: { contact: 5 } }, '/info/contact'],
  ])('refuses what Swagger 2.0 does not allow: %j', async (rest, field) => {
    const { key, details } = await failureOf(documentOf(PATHS, rest));
    expect([key, details.map((detail) => detail.field)]).toEqual(['SWAGGER_INVALID', [field]]);
  });

  it('answers the first fault of the fixed order and lists all of its kind', async () => {
    const summary = 'x'.repeat(51);
    const paths = { '/a': { get: { summary } }, '/b': { get: { summary, consumes: ['none'] } }, 'bad path': {} };
    const { key, details } = await failureOf(documentOf(paths));
    expect([key, details.map(({ field }) => field)]).toEqual([
      'SWAGGER_INVALID',
      ['/paths/~1a/get/summary', '/paths/~1b/get/summary'],
    ]);
  });

  it('lists a hundred faults and counts the rest', async () => {
    const paths = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`bad${index}`, {}]));
    const { details } = await failureOf(documentOf(paths));
    expect([details.length, details.at(-1)?.message]).toEqual([101, 'and 30 more faults of this kind']);
  });
});
