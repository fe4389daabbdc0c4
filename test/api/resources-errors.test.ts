import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import { corsPlugin, headerPlugin, httpPlugin, mockMethod, mockPlugin } from '../resources/trees.js';
import type { Api, Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let serviceId: string;
/** Ids of resources by `METHOD path` or path: /, /a with CORS and GET, /a/{x}, /h. */
let ids: Record<string, string>;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.ok('POST', `/services/${serviceId}/resources`, {
    resourcePathList: [
      { path: '/a', pathPluginList: [corsPlugin], methodList: [mockMethod('GET')] },
      { path: '/a/{x}' },
      { path: '/h', methodList: [{ methodType: 'GET', methodName: 'h', methodPluginList: [httpPlugin('/h')] }] },
    ],
  });
  ids = Object.fromEntries(
    (await list()).map((one) => [one.methodType ? `${one.methodType} ${one.path}` : one.path, one.resourceId]),
  );
});

const list = async (): Promise<Json[]> => (await api.ok('GET', `/services/${serviceId}/resources`)).resourceList;

/** Demands that the call is refused with this error at these fields, and leaves resources and revision as they were. */
async function expectRefusal(
  [method, path, body]: [method: string, path: string, body?: unknown],
  key: ErrorKey,
  fields: string[] = [],
): Promise<void> {
  const revision = () => stack.query('SELECT resource_revision, updated_at FROM service WHERE id = $1', [serviceId]);
  const before = [await list(), await revision()];
  const answer = await api.call(method, `/services/${serviceId}${path}`, body);
  expectError(answer, key, fields);
  expect((answer.body.errorList ?? []).map((entry: Json) => entry.errorField)).toEqual(fields);
  expect([await list(), await revision()]).toEqual(before);
}

const createPaths = (...resourcePathList: unknown[]): [string, string, unknown] => [
  'POST',
  '/resources',
  { resourcePathList },
];
const createMethods = (parent: string, ...methodList: unknown[]): [string, string, unknown] => [
  ...(['POST', `/resources/${ids[parent] ?? parent}/methods`] as const),
  { methodList },
];
const modifyPath = (target: string, ...pathPluginList: unknown[]): [string, string, unknown] => [
  ...(['PUT', `/resource-paths/${ids[target] ?? target}`] as const),
  { pathPluginList },
];
const modifyMethod = (target: string, ...methodPluginList: unknown[]): [string, string, unknown] => [
  ...(['PUT', `/resource-methods/${ids[target] ?? target}`] as const),
  { methodName: 'x', methodPluginList },
];
const remove = (target: string): [string, string] => ['DELETE', `/resources/${ids[target] ?? target}`];
/** Brings the service to the 100 methods that it may have; three are there, one of them made by CORS. */
async function fillService(): Promise<void> {
  const resourcePathList = Array.from({ length: 97 }, (_unused, index) => ({
    path: `/full/${index}`,
    methodList: [mockMethod('GET')],
  }));
  await api.ok('POST', `/services/${serviceId}/resources`, { resourcePathList });
}

const httpMethod = (path: string) => ({ methodType: 'PUT', methodName: 'x', methodPluginList: [httpPlugin(path)] });

describe('creating paths is refused, and nothing is created, for', () => {
  const plugin = 'resourcePathList[0].pathPluginList[0]';
  const methodPlugin = 'resourcePathList[0].methodList[0].methodPluginList[0]';

  it('an empty list', () => expectRefusal(createPaths(), 'NO_RESOURCE_TO_CREATE', ['resourcePathList']));
  it('a path that exists, whatever comes before it', () =>
    expectRefusal(createPaths({ path: '/b' }, { path: '/a' }), 'RESOURCE_DUPLICATED', ['resourcePathList[1].path']));
  it('the root', () => expectRefusal(createPaths({ path: '/' }), 'RESOURCE_DUPLICATED', ['resourcePathList[0].path']));
  it('a second variable at a level', () =>
    expectRefusal(createPaths({ path: '/a/{y}/c' }), 'PATH_VARIABLE_CONFLICT', ['resourcePathList[0].path']));
  it('{x+} beside {x}', () =>
    expectRefusal(createPaths({ path: '/a/{x+}' }), 'PATH_VARIABLE_CONFLICT', ['resourcePathList[0].path']));
  it('a path below {x+}', () =>
    expectRefusal(createPaths({ path: '/b/{x+}/c' }), 'PATH_INVALID', ['resourcePathList[0].path']));
  it('paths that are none, each by name', () =>
    expectRefusal(
      createPaths({ path: 'b' }, { path: '/c' }, { path: '/é' }, { path: `/${'x'.repeat(255)}` }),
      'PATH_INVALID',
      ['resourcePathList[0].path', 'resourcePathList[2].path', 'resourcePathList[3].path'],
    ));
  it('MOCK on a path', () =>
    expectRefusal(createPaths({ path: '/b', pathPluginList: [mockPlugin] }), 'RESOURCE_PLUGIN_INVALID', [
      `${plugin}.pluginType`,
    ]));
  it('CORS on a method', () =>
    expectRefusal(createPaths({ path: '/b', methodList: [mockMethod('GET', corsPlugin)] }), 'RESOURCE_PLUGIN_INVALID', [
      'resourcePathList[0].methodList[0].methodPluginList[1].pluginType',
    ]));
  it('a bad setting', () =>
    expectRefusal(
      createPaths({
        path: '/b',
        methodList: [
          { ...httpMethod('/b'), methodPluginList: [{ pluginType: 'MOCK', pluginConfigJson: { statusCode: 99 } }] },
        ],
      }),
      'RESOURCE_PLUGIN_INVALID',
      [`${methodPlugin}.pluginConfigJson.statusCode`],
    ));
  it('a method without a backend', () =>
    expectRefusal(
      createPaths({ path: '/b', methodList: [{ ...httpMethod('/b'), methodPluginList: [] }] }),
      'RESOURCE_PLUGIN_INVALID',
      ['resourcePathList[0].methodList[0].methodPluginList'],
    ));
  it('a method with HTTP and MOCK', () =>
    expectRefusal(
      createPaths({ path: '/b', methodList: [mockMethod('GET', httpPlugin('/b'))] }),
      'RESOURCE_PLUGIN_INVALID',
      ['resourcePathList[0].methodList[0].methodPluginList'],
    ));
  it('a frontendEndpointPath that is not the path', () =>
    expectRefusal(createPaths({ path: '/b', methodList: [httpMethod('/c')] }), 'FRONTEND_PATH_MISMATCH', [
      `${methodPlugin}.pluginConfigJson.frontendEndpointPath`,
    ]));
  it('a header name that is none', () =>
    expectRefusal(createPaths({ path: '/b', pathPluginList: [headerPlugin('1', 'a b')] }), 'INVALID_HEADER_NAME', [
      `${plugin}.pluginConfigJson.headers.a b`,
    ]));
  it('a variable that the path does not declare', () =>
    expectRefusal(
      createPaths({ path: '/b', pathPluginList: [headerPlugin('${request.path.x}')] }),
      'PATH_VARIABLE_UNDECLARED',
      [`${plugin}.pluginConfigJson.headers.X-Test`],
    ));
  it('a context variable that does not exist', () =>
    expectRefusal(
      createPaths({ path: '/b', pathPluginList: [headerPlugin('${request.body}')] }),
      'CONTEXT_VARIABLE_INVALID',
      [`${plugin}.pluginConfigJson.headers.X-Test`],
    ));
  it('an OPTIONS method beside CORS', () =>
    expectRefusal(
      createPaths({ path: '/b', pathPluginList: [corsPlugin], methodList: [mockMethod('OPTIONS')] }),
      'RESOURCE_DUPLICATED',
      ['resourcePathList[0].methodList[0].methodType'],
    ));
  it('more methods than a service may have', () => {
    const resourcePathList = Array.from({ length: 33 }, (_unused, index) => ({
      path: `/many/${index}`,
      methodList: [mockMethod('GET'), mockMethod('PUT'), mockMethod('POST')],
    }));
    return expectRefusal(createPaths(...resourcePathList), 'METHOD_LIMIT_EXCEEDED', ['resourcePathList']);
  });
});

describe('creating paths is refused as INVALID_INPUT for', () => {
  const first = 'resourcePathList[0]';

  it.each<[name: string, body: unknown, fields: string[]]>([
    ['a missing list', {}, ['resourcePathList']],
    ['a list that is none', { resourcePathList: 'x' }, ['resourcePathList']],
    ['entries that are no objects', { resourcePathList: [null, 'x'] }, [first, 'resourcePathList[1]']],
    ['a missing path', { resourcePathList: [{}] }, [`${first}.path`]],
    ['an unknown field', { resourcePathList: [{ path: '/b', paths: [] }] }, [`${first}.paths`]],
    [
      'an unknown plugin type',
      { resourcePathList: [{ path: '/b', pathPluginList: [{ pluginType: 'IP_ACL', pluginConfigJson: {} }] }] },
      [`${first}.pathPluginList[0].pluginType`],
    ],
    [
      'a setting that is a text',
      { resourcePathList: [{ path: '/b', pathPluginList: [{ ...corsPlugin, pluginConfigJson: '{}' }] }] },
      [`${first}.pathPluginList[0].pluginConfigJson`],
    ],
    [
      'a plugin type that stands twice',
      { resourcePathList: [{ path: '/b', pathPluginList: [headerPlugin('1'), headerPlugin('2')] }] },
      [`${first}.pathPluginList[1].pluginType`],
    ],
    [
      'a method that is none, without a name, with a long description',
      {
        resourcePathList: [
          {
            path: '/b',
            methodList: [{ methodType: 'TRACE', methodDescription: 'x'.repeat(201), methodPluginList: [] }],
          },
        ],
      },
      ['methodType', 'methodName', 'methodDescription'].map((field) => `${first}.methodList[0].${field}`),
    ],
    [
      'a text that cannot be stored',
      {
        resourcePathList: [
          { path: '/b', methodList: [{ ...mockMethod('GET'), methodName: 'a\0b', methodDescription: '\ud800' }] },
        ],
      },
      [`${first}.methodList[0].methodName`, `${first}.methodList[0].methodDescription`],
    ],
    ['a field named constructor where none belongs', { other: { constructor: 1 } }, ['other.constructor']],
    [
      'more than 1,000 entries',
      { resourcePathList: Array.from({ length: 1001 }, (_unused, index) => ({ path: `/${index}` })) },
      ['resourcePathList'],
    ],
  ])('%s', (_name, body, fields) => expectRefusal(['POST', '/resources', body], 'INVALID_INPUT', fields));

  it('a body that is no object, as INVALID_PARAMETER', () =>
    expectRefusal(['POST', '/resources', '[]'], 'INVALID_PARAMETER', ['']));
});

describe('creating methods is refused, and nothing is created, for', () => {
  it('an empty list', () => expectRefusal(createMethods('/a'), 'NO_RESOURCE_TO_CREATE', ['methodList']));
  it('a missing list', () =>
    expectRefusal(['POST', `/resources/${ids['/a']}/methods`], 'INVALID_INPUT', ['methodList']));
  it('a method that exists', () =>
    expectRefusal(createMethods('/a', mockMethod('PUT'), mockMethod('GET')), 'RESOURCE_DUPLICATED', [
      'methodList[1].methodType',
    ]));
  it('an OPTIONS method where CORS made one', () =>
    expectRefusal(createMethods('/a', mockMethod('OPTIONS')), 'RESOURCE_DUPLICATED', ['methodList[0].methodType']));
  it('a method as the parent', () => expectRefusal(createMethods('GET /a', mockMethod('PUT')), 'NOT_A_PATH'));
  it('a resource that does not exist', () =>
    expectRefusal(createMethods('nothing', mockMethod('PUT')), 'RESOURCE_NOT_FOUND'));
  it('a setting with a variable that the path does not declare', () =>
    expectRefusal(
      createMethods('/a', mockMethod('PUT', headerPlugin('${request.path.x}'))),
      'PATH_VARIABLE_UNDECLARED',
      ['methodList[0].methodPluginList[1].pluginConfigJson.headers.X-Test'],
    ));
  it('a frontendEndpointPath that is not the path', () =>
    expectRefusal(createMethods('/a', httpMethod('/h')), 'FRONTEND_PATH_MISMATCH', [
      'methodList[0].methodPluginList[0].pluginConfigJson.frontendEndpointPath',
    ]));
  it('a header name that is none', () =>
    expectRefusal(createMethods('/a', mockMethod('PUT', headerPlugin('1', 'a b'))), 'INVALID_HEADER_NAME', [
      'methodList[0].methodPluginList[1].pluginConfigJson.headers.a b',
    ]));
  it('a context variable that does not exist', () =>
    expectRefusal(createMethods('/a', mockMethod('PUT', headerPlugin('${request.body}'))), 'CONTEXT_VARIABLE_INVALID', [
      'methodList[0].methodPluginList[1].pluginConfigJson.headers.X-Test',
    ]));
  it('CORS', () =>
    expectRefusal(createMethods('/a', mockMethod('PUT', corsPlugin)), 'RESOURCE_PLUGIN_INVALID', [
      'methodList[0].methodPluginList[1].pluginType',
    ]));
  it('more methods than a service may have', async () => {
    await fillService();
    await expectRefusal(createMethods('/a', mockMethod('PUT')), 'METHOD_LIMIT_EXCEEDED', ['methodList']);
  });
});

describe('changing a path is refused, and nothing is changed, for', () => {
  it('a method', () => expectRefusal(modifyPath('GET /a', headerPlugin('1')), 'NOT_A_PATH'));
  it('a resource that does not exist', () =>
    expectRefusal(modifyPath('nothing', headerPlugin('1')), 'RESOURCE_NOT_FOUND'));
  it('HTTP', () =>
    expectRefusal(modifyPath('/a', httpPlugin('/a')), 'RESOURCE_PLUGIN_INVALID', ['pathPluginList[0].pluginType']));
  it('a bad setting, also when an earlier one is good', () =>
    expectRefusal(
      modifyPath('/a', headerPlugin('1'), { pluginType: 'CORS', pluginConfigJson: {} }),
      'RESOURCE_PLUGIN_INVALID',
      ['allowedMethods', 'allowedHeaders', 'allowedOrigins', 'allowCredentials'].map(
        (field) => `pathPluginList[1].pluginConfigJson.${field}`,
      ),
    ));
  it('a missing setting', () =>
    expectRefusal(modifyPath('/a', { pluginType: 'CORS' }), 'INVALID_INPUT', ['pathPluginList[0].pluginConfigJson']));
  it('a plugin type that stands twice', () =>
    expectRefusal(
      modifyPath('/a', headerPlugin('1'), { pluginType: 'SET_REQUEST_HEADER', delete: true }),
      'INVALID_INPUT',
      ['pathPluginList[1].pluginType'],
    ));
  it('a variable that only paths below declare', () =>
    expectRefusal(
      modifyPath('/a', { ...headerPlugin('${request.path.x}'), applyChildPath: true }),
      'PATH_VARIABLE_UNDECLARED',
      ['pathPluginList[0].pluginConfigJson.headers.X-Test'],
    ));
});

describe('changing a path is refused, and nothing is changed, for what its settings hold:', () => {
  it('a header name that is none', () =>
    expectRefusal(modifyPath('/a', headerPlugin('1', 'a b')), 'INVALID_HEADER_NAME', [
      'pathPluginList[0].pluginConfigJson.headers.a b',
    ]));
  it('a context variable that does not exist', () =>
    expectRefusal(modifyPath('/a', headerPlugin('${request.body}')), 'CONTEXT_VARIABLE_INVALID', [
      'pathPluginList[0].pluginConfigJson.headers.X-Test',
    ]));
  it('CORS, whose method would be one more than a service may have', async () => {
    await fillService();
    await expectRefusal(modifyPath('/h', corsPlugin), 'METHOD_LIMIT_EXCEEDED', ['pathPluginList']);
  });
});

describe('changing a method is refused, and nothing is changed, for', () => {
  it('a header name that is none', () =>
    expectRefusal(modifyMethod('GET /a', headerPlugin('1', 'a b')), 'INVALID_HEADER_NAME', [
      'methodPluginList[0].pluginConfigJson.headers.a b',
    ]));
  it('a variable that its path does not declare', () =>
    expectRefusal(modifyMethod('GET /a', headerPlugin('${request.path.x}')), 'PATH_VARIABLE_UNDECLARED', [
      'methodPluginList[0].pluginConfigJson.headers.X-Test',
    ]));
  it('a context variable that does not exist', () =>
    expectRefusal(modifyMethod('GET /a', headerPlugin('${request.body}')), 'CONTEXT_VARIABLE_INVALID', [
      'methodPluginList[0].pluginConfigJson.headers.X-Test',
    ]));
  it('a path', () => expectRefusal(modifyMethod('/a'), 'NOT_A_METHOD'));
  it('a resource that does not exist', () => expectRefusal(modifyMethod('nothing'), 'RESOURCE_NOT_FOUND'));
  it('the OPTIONS method that CORS made', () =>
    expectRefusal(modifyMethod('OPTIONS /a'), 'RESOURCE_PLUGIN_INVALID', ['']));
  it('a missing name', () =>
    expectRefusal(['PUT', `/resource-methods/${ids['GET /a']}`, {}], 'INVALID_INPUT', ['methodName']));
  it('deleting its only backend', () =>
    expectRefusal(modifyMethod('GET /a', { pluginType: 'MOCK', delete: true }), 'RESOURCE_PLUGIN_INVALID', [
      'methodPluginList',
    ]));
  it('a second backend', () =>
    expectRefusal(modifyMethod('GET /a', httpPlugin('/a')), 'RESOURCE_PLUGIN_INVALID', ['methodPluginList']));
  it('CORS', () =>
    expectRefusal(modifyMethod('GET /a', corsPlugin), 'RESOURCE_PLUGIN_INVALID', ['methodPluginList[0].pluginType']));
  it('a frontendEndpointPath that is not the path', () =>
    expectRefusal(modifyMethod('GET /h', httpPlugin('/a')), 'FRONTEND_PATH_MISMATCH', [
      'methodPluginList[0].pluginConfigJson.frontendEndpointPath',
    ]));
});

describe('deleting is refused for', () => {
  it('the root', () => expectRefusal(remove('/'), 'ROOT_RESOURCE_NOT_DELETABLE'));
  it('the OPTIONS method that CORS made', () => expectRefusal(remove('OPTIONS /a'), 'CORS_METHOD_NOT_DELETABLE'));
  it('a resource that does not exist', () => expectRefusal(remove('nothing'), 'RESOURCE_NOT_FOUND'));
});

/** A call of every operation, on resources that exist. */
const calls = (): [string, string, unknown?][] => [
  ['GET', '/resources'],
  createPaths({ path: '/b' }),
  createMethods('/a', mockMethod('PUT')),
  modifyPath('/a', headerPlugin('1')),
  modifyMethod('GET /a'),
  remove('/a'),
  ['POST', '/resources/import', { swaggerData: {} }],
];

describe('what belongs to somebody else is not found', () => {
  it('a service of another project', async () => {
    const stranger = await stack.newProject();
    const before = await list();
    for (const [method, path, body] of calls()) {
      expectError(await stranger.call(method, `/services/${serviceId}${path}`, body), 'SERVICE_NOT_FOUND');
    }
    expect(await list()).toEqual(before);
  });

  it('a resource of another service of the same project', async () => {
    const other = await api.createService('other');
    const before = await list();
    for (const [method, path, body] of calls().slice(2, 6)) {
      expectError(await api.call(method, `/services/${other}${path}`, body), 'RESOURCE_NOT_FOUND');
    }
    expect(await list()).toEqual(before);
  });
});

describe('an id in the URL that the database could not even look for', () => {
  it('is a bad parameter, or an appKey that nobody has', async () => {
    expectError(await api.call('GET', '/services/%00/resources'), 'INVALID_PARAMETER', ['apigwServiceId']);
    expectError(await api.call('DELETE', `/services/${serviceId}/resources/%00`), 'INVALID_PARAMETER', ['resourceId']);
    const answer = await fetch(`${api.controlUrl}/v1.0/appkeys/%00/services/${serviceId}/resources`);
    expectError({ status: answer.status, body: await answer.json() }, 'INVALID_APP_KEY');
  });
});
