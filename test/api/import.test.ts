import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import { mockMethod } from '../resources/trees.js';
import type { Api, Json } from '../harness/api.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, startPrivateStack, useStack } from '../harness/stack.js';
import { compareResources } from '../../src/modules/resources/rules/resource-order.js';

const ID = expect.stringMatching(/^[0-9a-z]{20}$/);
const responses = { 200: { description: 'ok' } };
const corsSetting = { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false };

let stack: Stack;
let api: Api;
let serviceId: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
});

const list = async (): Promise<Json[]> => (await api.ok('GET', `/services/${serviceId}/resources`)).resourceList;
const names = async () => (await list()).map(({ path, methodType }) => (methodType ? `${methodType} ${path}` : path));
const send = (body: unknown, query = '') => api.call('POST', `/services/${serviceId}/resources/import${query}`, body);
const document = (paths: object, more: object = {}) => ({ info: { title: 'test', version: '1' }, paths, ...more });
const withPlugins = (plugins: object, more: object = {}) => ({ 'x-nhncloud-apigateway': { plugins }, ...more });
const storedOf = (resourceId: string) =>
  stack.query<{ parameters: Json; responses: Json }>('SELECT parameters, responses FROM resource WHERE id = $1', [
    resourceId,
  ]);
const modelsOf = () =>
  stack.query<{ id: string; name: string; schema: Json }>(
    'SELECT id, name, schema FROM model WHERE service_id = $1 ORDER BY name',
    [serviceId],
  );
const revision = () => stack.query('SELECT resource_revision FROM service WHERE id = $1', [serviceId]);

const pet = { type: 'object', properties: { name: { type: 'string' } } };
/** POST /pets takes and gives a Pet; an Owner is defined and not used. */
const petDocument = document(
  {
    '/pets': {
      post: {
        summary: 'AddPet',
        consumes: ['application/json'],
        parameters: [
          { name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } },
          { name: 'verbose', in: 'query', required: true, type: 'boolean' },
        ],
        responses: { 200: { description: 'the pet', schema: { $ref: '#/definitions/Pet' } } },
      },
    },
  },
  { definitions: { Pet: pet, Owner: { type: 'object' } } },
);

describe('an import', () => {
  it('replaces all resources and models, and reports every operation', async () => {
    await api.ok('POST', `/services/${serviceId}/resources`, {
      resourcePathList: [{ path: '/old', methodList: [mockMethod('GET')] }],
    });
    await api.importSwagger(serviceId, petDocument);
    const { importReport, difference } = await api.importSwagger(serviceId, httpDocument());
    expect(await names()).toEqual([
      '/',
      '/items',
      'GET /items',
      'POST /items',
      '/items/{itemId}',
      'GET /items/{itemId}',
    ]);
    expect(await modelsOf()).toEqual([]);
    expect(difference).toBeUndefined();
    expect(importReport).toMatchObject({
      importedCount: 3,
      skippedCount: 0,
      pathCount: 3,
      methodCount: 3,
      modelCount: 0,
    });
    expect(importReport.operationList.map(({ path, method, result }: Json) => [path, method, result])).toEqual([
      ['/items', 'GET', 'IMPORTED'],
      ['/items', 'POST', 'IMPORTED'],
      ['/items/{itemId}', 'GET', 'IMPORTED'],
    ]);
  });

  it('sends what has no plugins to the same path of the backend, behind basePath', async () => {
    await api.importSwagger(serviceId, httpDocument());
    const method = (await list()).at(-1);
    expect(method).toMatchObject({ parentPath: '/items/{itemId}', methodName: 'GET' });
    expect(method.resourcePluginList).toMatchObject([
      {
        pluginType: 'HTTP',
        pluginConfigJson: {
          frontendEndpointPath: '/items/{itemId}',
          backendEndpointPath: '/v1/items/${request.path.itemId}',
        },
      },
    ]);
  });

  it('stores models, and parameters and responses that refer to them', async () => {
    await api.importSwagger(serviceId, petDocument);
    const [owner, stored] = await modelsOf();
    expect([owner?.name, stored?.name, stored?.schema]).toEqual(['Owner', 'Pet', pet]);
    const method = (await list()).at(-1);
    const [documented] = await storedOf(method.resourceId);
    expect(documented?.parameters).toMatchObject({
      queryStringList: [{ name: 'verbose', required: true, dataType: 'BOOLEAN' }],
      requestBody: { name: 'pet', modelId: stored?.id },
      contentTypeList: ['application/json'],
    });
    expect(documented?.responses.responseList).toMatchObject([
      { responseStatusCode: 200, responseBody: { modelId: stored?.id } },
    ]);
    const references = await stack.query('SELECT model_id FROM model_reference WHERE resource_id = $1', [
      method.resourceId,
    ]);
    expect(references).toEqual([{ model_id: stored?.id }]);
  });

  it('makes the OPTIONS method of CORS once, also when the document has the one that an export wrote', async () => {
    const paths = {
      '/a': { get: { responses }, options: { summary: 'CORS', responses }, ...withPlugins({ CORS: corsSetting }) },
    };
    const { importReport } = await api.importSwagger(serviceId, document(paths));
    expect(await names()).toEqual(['/', '/a', 'GET /a', 'OPTIONS /a']);
    expect((await list()).at(-1)).toMatchObject({ methodName: 'CORS', resourcePluginList: [{ pluginType: 'MOCK' }] });
    expect(importReport).toMatchObject({ importedCount: 1, skippedCount: 1, methodCount: 2 });
    expect(importReport.operationList[1]).toEqual({
      path: '/a',
      method: 'OPTIONS',
      result: 'SKIPPED',
      reasonList: [{ pointer: '/paths/~1a/options', message: expect.any(String) }],
    });
  });

  it('makes resources that can be changed like any others', async () => {
    await api.importSwagger(
      serviceId,
      document({ '/a': { get: { responses }, ...withPlugins({ CORS: corsSetting }) } }),
    );
    const [, path, get, options] = await list();
    expectError(
      await api.call('DELETE', `/services/${serviceId}/resources/${options.resourceId}`),
      'CORS_METHOD_NOT_DELETABLE',
    );
    await api.ok('PUT', `/services/${serviceId}/resource-methods/${get.resourceId}`, { methodName: 'after' });
    await api.ok('PUT', `/services/${serviceId}/resource-paths/${path.resourceId}`, {
      pathPluginList: [{ pluginType: 'CORS', delete: true }],
    });
    expect(await names()).toEqual(['/', '/a', 'GET /a']);
  });

  it('counts the revision up and leaves stages as they are', async () => {
    await api.importSwagger(serviceId, mockDocument());
    const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1:10080');
    const stageResources = () => api.ok('GET', `/services/${serviceId}/stages/${stageId}/resources`);
    const before = await stageResources();
    await api.importSwagger(serviceId, httpDocument());
    expect(await stageResources()).toEqual(before);
    expect(await revision()).toEqual([{ resource_revision: 3 }]);
  });

  it('takes 2,000 operations where the limit allows them, and lists them all in order', async () => {
    const roomy = await startPrivateStack({ gateways: 0, variables: { MAX_METHODS: '2000' } });
    try {
      const own = await roomy.newProject(0);
      const id = await own.createService();
      const paths = Object.fromEntries(
        Array.from({ length: 1000 }, (_unused, index) => [
          `/p${index % 20}/q${index}`,
          { get: { responses }, put: { responses } },
        ]),
      );
      const { importReport } = await own.importSwagger(id, document(paths));
      expect(importReport).toMatchObject({ importedCount: 2000, pathCount: 1021, methodCount: 2000 });
      // More than are read from the database at a time.
      const { resourceList } = await own.ok('GET', `/services/${id}/resources`);
      expect(new Set(resourceList.map((resource: Json) => resource.resourceId)).size).toBe(3021);
      expect(resourceList).toEqual(resourceList.toSorted(compareResources));
    } finally {
      await roomy.stop();
    }
  });
});

describe('an import with dryRun=true', () => {
  it('tells what would be added, removed and changed, and changes nothing', async () => {
    await api.importSwagger(serviceId, petDocument);
    const before = [await list(), await modelsOf(), await revision()];
    const changed = structuredClone(petDocument) as Json;
    const { post } = changed.paths['/pets'];
    post.summary = 'NewName';
    post.parameters.pop();
    changed.paths['/pets'].get = { responses };
    changed.paths['/owners/{id}'] = { get: { responses, ...withPlugins({ MOCK: { statusCode: 200 } }) } };
    changed.definitions = { Pet: { type: 'object' }, Shop: { type: 'object' } };
    const { body } = await send({ swaggerData: changed }, '?dryRun=true');
    expect(body.importReport).toMatchObject({ importedCount: 3, methodCount: 3 });
    expect(body.difference).toEqual({
      added: [
        { path: '/owners', methodType: null },
        { path: '/owners/{id}', methodType: null },
        { path: '/owners/{id}', methodType: 'GET' },
        { path: '/pets', methodType: 'GET' },
      ],
      removed: [],
      changed: [{ path: '/pets', methodType: 'POST', changedFields: ['methodName', 'parameters'] }],
      models: { added: ['Shop'], removed: ['Owner'], changed: ['Pet'] },
    });
    expect([await list(), await modelsOf(), await revision()]).toEqual(before);
  });

  it('finds no difference to what has just been imported', async () => {
    await api.importSwagger(serviceId, petDocument);
    const { body } = await send({ swaggerData: petDocument }, '?dryRun=true');
    expect(body.difference).toEqual({
      added: [],
      removed: [],
      changed: [],
      models: { added: [], removed: [], changed: [] },
    });
  });

  it('refuses what an import refuses', async () => {
    expectError(await send({ swaggerData: document({ '/é': {} }) }, '?dryRun=true'), 'PATH_INVALID', ['/paths/~1é']);
  });
});

describe('an import is refused, and resources and models stay, for', () => {
  const get = (operation: object) => document({ '/a': { get: { responses, ...operation } } });
  const parameter = (more: object) =>
    get({ parameters: [{ name: 'q', in: 'query', required: false, type: 'string', ...more }] });
  const many = Object.fromEntries(
    Array.from({ length: 101 }, (_unused, index) => [`/p${index}`, { get: { responses } }]),
  );

  it.each<[name: string, key: ErrorKey, swaggerData: unknown, field: string]>([
    ['another version', 'SWAGGER_INVALID', { ...mockDocument(), swagger: '3.0' }, '/swagger'],
    [
      'an external reference',
      'SWAGGER_INVALID',
      get({ parameters: [{ $ref: 'other.json#/a' }] }),
      '/paths/~1a/get/parameters/0/$ref',
    ],
    ['no info', 'SWAGGER_INFO_MISSING', { paths: {} }, '/info'],
    ['empty schemes', 'SWAGGER_SCHEME_MISSING', document({}, { schemes: [] }), '/schemes'],
    ['no paths', 'SWAGGER_PATHS_MISSING', { info: {} }, '/paths'],
    [
      'an unknown plugin',
      'SWAGGER_PLUGINS_INVALID',
      get(withPlugins({ NONE: {} })),
      '/paths/~1a/get/x-nhncloud-apigateway/plugins/NONE',
    ],
    ['a bad path', 'PATH_INVALID', document({ '/a b': { get: { responses } } }), '/paths/~1a b'],
    ['a path below {x+}', 'PATH_INVALID', document({ '/{x+}/b': { get: { responses } } }), '/paths/~1{x+}~1b'],
    [
      'a bad model',
      'MODEL_SCHEMA_INVALID',
      document({ '/a': { get: { responses } } }, { definitions: { A: { type: 1 } } }),
      '/definitions/A/type',
    ],
    [
      'a bad parameter',
      'SWAGGER_PARAMETER_INVALID',
      parameter({ name: 'x'.repeat(51) }),
      '/paths/~1a/get/parameters/0/name',
    ],
    [
      'a bad response',
      'SWAGGER_RESPONSE_INVALID',
      get({ responses: { 600: { description: '' } } }),
      '/paths/~1a/get/responses/600',
    ],
    [
      'a model that is not there',
      'SWAGGER_MODEL_REFERENCE_INVALID',
      get({ responses: { 200: { description: '', schema: { $ref: '#/definitions/None' } } } }),
      '/paths/~1a/get/responses/200/schema/$ref',
    ],
    ['a bad content type', 'CONTENT_TYPE_INVALID', get({ consumes: ['json'] }), '/paths/~1a/get/consumes/0'],
    ['more methods than allowed', 'METHOD_LIMIT_EXCEEDED', document(many), '/paths'],
    ['nothing to create', 'NO_RESOURCE_TO_CREATE', document({}), '/paths'],
    [
      'two variables at a level',
      'PATH_VARIABLE_CONFLICT',
      document({ '/{x}': { get: { responses } }, '/{y}': { get: { responses } } }),
      '/paths/~1{y}',
    ],
    [
      'another frontendEndpointPath',
      'FRONTEND_PATH_MISMATCH',
      get(withPlugins({ HTTP: { frontendEndpointPath: '/b', backendEndpointPath: '/b' } })),
      '/paths/~1a/get/x-nhncloud-apigateway/plugins/HTTP/frontendEndpointPath',
    ],
    [
      'an undeclared variable',
      'PATH_VARIABLE_UNDECLARED',
      get(withPlugins({ HTTP: { frontendEndpointPath: '/a', backendEndpointPath: '/${request.path.x}' } })),
      '/paths/~1a/get/x-nhncloud-apigateway/plugins/HTTP/backendEndpointPath',
    ],
    [
      'a context variable that does not exist',
      'CONTEXT_VARIABLE_INVALID',
      get(withPlugins({ HTTP: { frontendEndpointPath: '/a', backendEndpointPath: '/${x}' } })),
      '/paths/~1a/get/x-nhncloud-apigateway/plugins/HTTP/backendEndpointPath',
    ],
    [
      'a header name that is none',
      'INVALID_HEADER_NAME',
      get(withPlugins({ MOCK: { statusCode: 200, headers: { 'a b': '' } } })),
      '/paths/~1a/get/x-nhncloud-apigateway/plugins/MOCK/headers/a b',
    ],
    ['a text that cannot be stored', 'SWAGGER_INVALID', get({ summary: 'a\0b' }), '/paths/~1a/get/summary'],
    [
      'half of a surrogate pair',
      'SWAGGER_INVALID',
      document({ '/a': { get: { responses } } }, { definitions: { A: { title: '\ud800' } } }),
      '/definitions/A/title',
    ],
    ['a document that is a text', 'INVALID_INPUT', '{}', 'swaggerData'],
    ['no document', 'INVALID_INPUT', undefined, 'swaggerData'],
  ])('%s', async (_name, key, swaggerData, field) => {
    await api.importSwagger(serviceId, petDocument);
    const before = [await list(), await modelsOf(), await revision()];
    expectError(await send({ swaggerData }), key, [field]);
    expect([await list(), await modelsOf(), await revision()]).toEqual(before);
  });

  it('schemes that are missing, with strict=true', async () => {
    expectError(await send({ swaggerData: httpDocument() }, '?strict=true'), 'SWAGGER_SCHEME_MISSING', ['/schemes']);
    const { body } = await send({ swaggerData: { ...httpDocument(), schemes: ['https'] } }, '?strict=true');
    expect(body.header.resultCode).toBe(0);
  });

  it('a body that is no JSON, or none at all', async () => {
    expectError(await send('{"swaggerData":'), 'INVALID_PARAMETER', ['']);
    expectError(await send('[]'), 'INVALID_PARAMETER', ['']);
    expectError(await send(undefined), 'INVALID_INPUT', ['swaggerData']);
  });

  it('a query that is neither true nor false', async () => {
    expectError(await send({ swaggerData: httpDocument() }, '?dryRun=1'), 'INVALID_PARAMETER', ['dryRun']);
    expect(await names()).toEqual(['/']);
  });
});

describe('of fifty imports at once', () => {
  it('all succeed one after the other, and what is there is one of them as a whole', async () => {
    const own = (index: number) =>
      document(Object.fromEntries(['a', 'b', 'c'].map((name) => [`/${name}${index}`, { get: { responses } }])), {
        definitions: { [`Model${index}`]: pet },
      });
    expect(await fiftyAtOnce((index) => send({ swaggerData: own(index) }))).toEqual({ 0: 50 });
    const index = (await names())[1]?.slice(2) ?? '';
    expect(await names()).toEqual([
      '/',
      ...['a', 'b', 'c'].flatMap((name) => [`/${name}${index}`, `GET /${name}${index}`]),
    ]);
    expect((await modelsOf()).map(({ name }) => name)).toEqual([`Model${index}`]);
    expect(await revision()).toEqual([{ resource_revision: 51 }]);
  });
});

it('imports methods with ids of their own', async () => {
  await api.importSwagger(serviceId, mockDocument());
  expect((await list()).map(({ resourceId }) => resourceId)).toEqual([ID, ID, ID]);
});
