import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formDataTypes, parameterDataTypes } from '../../src/contract/parameters.js';
import { httpMethods } from '../../src/contract/plugins/index.js';
import type {
  ImportPlan,
  PlannedMethod,
  PlannedPath,
  PlannedPlugin,
} from '../../src/modules/resources/import/import-plan.js';
import { writeSwagger } from '../../src/modules/stages/export/write-swagger.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { planOf } from './documents.js';

type Content = Pick<ImportPlan, 'paths' | 'methods' | 'models'>;

const VERSION = '2026-11-21T06:00:00.000Z';
const STAGE = { title: 'alpha', version: VERSION, host: 'kr1-abc-alpha.api.localhost' };
const CORS = {
  allowedMethods: ['GET' as const],
  allowedHeaders: ['*'],
  allowedOrigins: ['*'],
  exposedHeaders: [],
  maxCredentialsAge: null,
  allowCredentials: false,
};
const NO_PARAMETERS = { queryStringList: [], headerList: [], formDataList: [], requestBody: null, contentTypeList: [] };
const NO_RESPONSES = { responseList: [], contentTypeList: [] };
const CORS_METHOD = {
  methodType: 'OPTIONS' as const,
  methodName: 'CORS',
  methodDescription: null,
  madeByCors: true,
  plugins: [{ pluginType: 'MOCK' as const, config: { statusCode: 200, headers: {}, body: '' } }],
  parameters: NO_PARAMETERS,
  responses: NO_RESPONSES,
};

const modelNames = ['Pet', 'a/b', 'sp ace', '~', '한글', '100%', '__proto__', 'constructor'];
const allPaths = ['/', '/a', '/a/{x}', '/a/{x}/b', '/c', '/c/{rest+}', '/c.d', '/e/f/g', '/a/'];

const text = (max: number) =>
  fc.string({ minLength: 1, maxLength: max, unit: 'grapheme' }).filter((value) => [...value].length <= max);
const description = fc.option(text(200), { nil: null });
const name = text(50);
const headerName = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/)
  .filter((value) => !/^(connection|te|trailer|upgrade|keep-alive)$/i.test(value));
const headers = fc.dictionary(headerName, fc.stringMatching(/^[a-z ]{0,10}$/), { maxKeys: 3 });

const plugin = (pluginType: PlannedPlugin['pluginType'], config: fc.Arbitrary<object>) =>
  config.map((value) => ({ pluginType, config: value }));
const sharedPlugins: fc.Arbitrary<PlannedPlugin>[] = [
  plugin(
    'SET_REQUEST_HEADER',
    headers.map((map) => ({ headers: map })),
  ),
  plugin(
    'REMOVE_RESPONSE_HEADER',
    fc.uniqueArray(headerName, { minLength: 1, maxLength: 3 }).map((list) => ({ headers: list })),
  ),
  plugin(
    'ADD_REQUEST_QUERY_PARAMETER',
    fc
      .dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.constant('${request.clientIp}'), { maxKeys: 3 })
      .map((parameters) => ({ parameters })),
  ),
];
const someShared = fc
  .subarray([0, 1, 2])
  .chain((chosen) => fc.tuple(...chosen.flatMap((index) => sharedPlugins[index] ?? [])));
const mock = fc.record({ statusCode: fc.integer({ min: 100, max: 599 }), headers, body: fc.string({ maxLength: 20 }) });
const backend = (path: string) =>
  fc.oneof(
    plugin('MOCK', mock),
    plugin('HTTP', fc.constant({ frontendEndpointPath: path, backendEndpointPath: '/back' })),
  );

const value = { name, description, required: fc.boolean() };
const body = fc.option(fc.record({ name, description, modelName: fc.constantFrom(...modelNames) }), { nil: null });
const byName = { selector: (entry: { name: string }) => entry.name, maxLength: 3 };
const contentTypes = fc.subarray(['application/json', 'text/*', '*/*', 'text/html;charset=utf-8']);
const query = fc.uniqueArray(
  fc.record({ ...value, dataType: fc.constantFrom(...parameterDataTypes), isArray: fc.boolean() }),
  byName,
);
const header = fc.uniqueArray(
  fc.record({ ...value, name: headerName, dataType: fc.constantFrom(...parameterDataTypes) }),
  byName,
);
const form = fc.uniqueArray(
  fc.record({ ...value, dataType: fc.constantFrom(...formDataTypes), isArray: fc.boolean() }),
  byName,
);
/** Swagger has no method with both a body and form fields. */
const formOrBody = fc.oneof(
  form.map((formDataList) => ({ formDataList, requestBody: null })),
  body.map((requestBody) => ({ formDataList: [], requestBody })),
);
const parameters = fc
  .record({ queryStringList: query, headerList: header, contentTypeList: contentTypes, rest: formOrBody })
  .map(({ rest, ...lists }) => ({ ...lists, ...rest }));
const responseHeader = fc.record({ name: headerName, description, dataType: fc.constantFrom(...parameterDataTypes) });
const response = fc.record({
  responseStatusCode: fc.integer({ min: 100, max: 599 }),
  description,
  headerList: fc.uniqueArray(responseHeader, byName),
  responseBody: body,
});
const responses = fc.record({
  responseList: fc.uniqueArray(response, { selector: ({ responseStatusCode }) => responseStatusCode, maxLength: 3 }),
  contentTypeList: contentTypes,
});

const methodsOf = (path: string, hasCors: boolean): fc.Arbitrary<PlannedMethod[]> => {
  const types = httpMethods.filter((type) => !(hasCors && type === 'OPTIONS'));
  const own = fc.subarray(types).chain((chosen) => fc.tuple(...chosen.map((methodType) => methodOf(path, methodType))));
  return own.map((methods) => (hasCors ? [...methods, { path, ...CORS_METHOD }] : methods));
};

function methodOf(path: string, methodType: PlannedMethod['methodType']): fc.Arbitrary<PlannedMethod> {
  const plugins = fc.tuple(backend(path), someShared).map(([one, others]) => [one, ...others]);
  const fixed = { path: fc.constant(path), methodType: fc.constant(methodType), madeByCors: fc.constant(false) };
  return fc.record({ ...fixed, methodName: name, methodDescription: description, plugins, parameters, responses });
}

const pathWithMethods = (path: string): fc.Arbitrary<{ path: PlannedPath; methods: PlannedMethod[] }> =>
  fc.tuple(fc.boolean(), someShared).chain(([hasCors, shared]) => {
    const plugins: PlannedPlugin[] = hasCors ? [...shared, { pluginType: 'CORS', config: CORS }] : [...shared];
    return methodsOf(path, hasCors).map((methods) => ({ path: { path, plugins }, methods }));
  });

const models = fc.tuple(
  ...modelNames.map((modelName) =>
    fc.record({
      name: fc.constant(modelName),
      description: description.map((it) => it ?? ''),
      schema: fc.constantFrom({ type: 'object' }, { $ref: '#/definitions/Pet' }, { anyOf: [{ enum: [1, 'x'] }] }),
    }),
  ),
);

/** Contents of a service: a set of paths that is closed above, and models for every name that a body may use. */
const content: fc.Arbitrary<Content> = fc
  .tuple(fc.subarray(allPaths, { minLength: 1 }), models)
  .chain(([chosen, planned]) => fc.tuple(...chosen.map(pathWithMethods)).map((items) => ({ items, models: planned })))
  .map(({ items, models: planned }) => {
    const methods = items.flatMap((item) => item.methods);
    return { paths: closed(items.map(({ path }) => path)), methods, models: planned };
  })
  .filter(({ paths, methods }) => methods.length > 0 || paths.length > 1);

function closed(paths: readonly PlannedPath[]): PlannedPath[] {
  const all = new Map<string, PlannedPath>();
  for (const { path } of paths) {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) all.set(at, { path: at, plugins: [] });
  }
  all.set('/', { path: '/', plugins: [] });
  for (const path of paths) all.set(path.path, path);
  return [...all.values()];
}

/** Contents without an order: lists that are sets are sorted by the text of their entries. */
function comparable({ paths, methods, models: planned }: Content): unknown {
  const sorted = <Entry>(list: readonly Entry[]): Entry[] =>
    list.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
  const ofMethod = (method: PlannedMethod) => ({
    ...method,
    plugins: sorted(method.plugins),
    responses: {
      ...method.responses,
      responseList: sorted(method.responses.responseList).map((one) => ({
        ...one,
        headerList: sorted(one.headerList),
      })),
    },
  });
  return JSON.parse(
    canonicalJson({
      paths: sorted(paths.map((path) => ({ ...path, plugins: sorted(path.plugins) }))),
      methods: sorted(methods.map(ofMethod)),
      models: sorted(planned),
    }),
  );
}

describe('the import of', () => {
  it.each(['EXPORT', 'API_DOCUMENT'] as const)(
    'an %s gives the same paths, methods, plugins, parameters, responses and models',
    async (form) => {
      const options = { strict: true, maxMethods: 1000 };
      await fc.assert(
        fc.asyncProperty(content, async (stage) => {
          const written = { ...STAGE, ...stage, methods: stage.methods.map(secured) };
          expect(comparable(await planOf(writeSwagger(written, form), options))).toEqual(comparable(stage));
        }),
        { numRuns: 40, seed: 20_261_121 },
      );
    },
  );
});

/** A method whose callers must show something. Imports know nothing of it. */
function secured<Method extends object>(method: Method) {
  return { ...method, security: ['JWT', 'API_KEY'] as const };
}

describe('an export', () => {
  const get: PlannedMethod = {
    path: '/members/{proxy+}',
    methodType: 'GET',
    methodName: 'Member API',
    methodDescription: null,
    madeByCors: false,
    plugins: [
      {
        pluginType: 'HTTP',
        config: { frontendEndpointPath: '/members/{proxy+}', backendEndpointPath: '/anything/${request.path.proxy+}' },
      },
    ],
    parameters: {
      queryStringList: [
        { name: 'memberId', description: 'member id', dataType: 'STRING', required: false, isArray: true },
      ],
      headerList: [],
      formDataList: [],
      requestBody: { name: 'Member', description: 'Member object', modelName: 'MemberModel' },
      contentTypeList: ['application/json'],
    },
    responses: {
      responseList: [
        {
          responseStatusCode: 404,
          description: 'Unavailable',
          headerList: [{ name: 'x-id', description: 'ID', dataType: 'STRING' }],
          responseBody: null,
        },
      ],
      contentTypeList: [],
    },
  };
  const paths = ['/', '/members', '/members/{proxy+}'].map((path) => ({ path, plugins: [] }));
  const MODELS = [{ name: 'MemberModel', description: '', schema: { type: 'object' } }];

  it('has the form of the guide', () => {
    expect(writeSwagger({ ...STAGE, paths, methods: [secured(get)], models: MODELS })).toEqual({
      swagger: '2.0',
      info: { version: VERSION, title: 'alpha' },
      host: 'kr1-abc-alpha.api.localhost',
      schemes: ['https', 'http'],
      paths: {
        '/members/{proxy+}': {
          get: {
            summary: 'Member API',
            description: '',
            consumes: ['application/json'],
            parameters: [
              { name: 'proxy+', in: 'path', description: 'proxy+', required: true, type: 'string' },
              {
                name: 'memberId',
                in: 'query',
                description: 'member id',
                required: false,
                type: 'array',
                items: { type: 'string' },
              },
              {
                name: 'Member',
                in: 'body',
                description: 'Member object',
                required: false,
                schema: { $ref: '#/definitions/MemberModel' },
              },
            ],
            responses: {
              404: { description: 'Unavailable', headers: { 'x-id': { type: 'string', description: 'ID' } } },
            },
            'x-nhncloud-apigateway': { plugins: { HTTP: get.plugins[0]?.config } },
          },
        },
      },
      definitions: { MemberModel: { type: 'object' } },
    });
  });

  it('gives a method without responses the one of the guide, which an import does not take for a real one', async () => {
    const stage = { ...STAGE, paths, methods: [secured({ ...get, responses: NO_RESPONSES })], models: MODELS };
    const document = writeSwagger(stage);
    expect(document.paths['/members/{proxy+}']).toMatchObject({
      get: { responses: { 200: { description: 'default response' } } },
    });
    const { methods } = await planOf(document);
    expect(methods[0]?.responses.responseList).toEqual([]);
  });
});
