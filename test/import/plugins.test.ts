import { describe, expect, it } from '@jest/globals';
import { documentOf, failureOf, methodOf, planOf } from './documents.js';

const VENDOR = 'x-nhncloud-apigateway';
const CORS = { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false };
const HTTP = { frontendEndpointPath: '/pets/{petId}', backendEndpointPath: '/v1/${request.path.petId}' };
const header = (name: string, value = 'x') => ({ headers: { [name]: value } });

function withPlugins(plugins: unknown): object {
  return { [VENDOR]: { plugins } };
}

async function refused(item: object) {
  const { key, details } = await failureOf(documentOf({ '/pets/{petId}': item }));
  return [key, details.map(({ field }) => field.replace('/paths/~1pets~1{petId}', ''))];
}

describe('plugins of an operation', () => {
  it('come from its extension, with the defaults of their settings', async () => {
    const { plugins } = await methodOf(withPlugins({ MOCK: { statusCode: '204' }, SET_REQUEST_HEADER: header('X-A') }));
    expect(plugins).toEqual([
      { pluginType: 'MOCK', config: { statusCode: 204, headers: {}, body: '' } },
      { pluginType: 'SET_REQUEST_HEADER', config: header('X-A') },
    ]);
  });

  it.each([
    [{}, '/pets/${request.path.petId}'],
    [{ basePath: '/v1' }, '/v1/pets/${request.path.petId}'],
    [{ basePath: '/v1/' }, '/v1/pets/${request.path.petId}'],
    [{ basePath: '/' }, '/pets/${request.path.petId}'],
  ])('are HTTP to basePath and path when there are none: %j', async (rest, backendEndpointPath) => {
    const config = { frontendEndpointPath: '/pets/{petId}', backendEndpointPath };
    expect((await methodOf({}, rest)).plugins).toEqual([{ pluginType: 'HTTP', config }]);
    expect((await methodOf(withPlugins({}), rest)).plugins).toEqual([{ pluginType: 'HTTP', config }]);
  });

  it('pass on a variable that takes the rest', async () => {
    const { methods } = await planOf(documentOf({ '/a/{proxy+}': { get: {} } }));
    expect(methods[0]?.plugins[0]?.config).toMatchObject({ backendEndpointPath: '/a/${request.path.proxy+}' });
  });

  it('bring a backend when they name none', async () => {
    const { plugins } = await methodOf(withPlugins({ REMOVE_REQUEST_HEADER: { headers: ['X-A'] } }));
    expect(plugins.map(({ pluginType }) => pluginType)).toEqual(['REMOVE_REQUEST_HEADER', 'HTTP']);
  });

  it.each<[string, unknown, string, string]>([
    ['an unknown plugin', { TELEPORT: {} }, 'SWAGGER_PLUGINS_INVALID', '/TELEPORT'],
    ['a plugin of stages', { API_KEY: { isActive: true } }, 'SWAGGER_PLUGINS_INVALID', '/API_KEY'],
    ['CORS on a method', { CORS }, 'SWAGGER_PLUGINS_INVALID', '/CORS'],
    ['HTTP beside MOCK', { HTTP, MOCK: { statusCode: 200 } }, 'SWAGGER_PLUGINS_INVALID', ''],
    ['a setting as text', { HTTP: JSON.stringify(HTTP) }, 'SWAGGER_PLUGINS_INVALID', '/HTTP'],
    ['a bad setting', { MOCK: { statusCode: 99 } }, 'SWAGGER_PLUGINS_INVALID', '/MOCK/statusCode'],
    ['a setting too many', { MOCK: { statusCode: 200, delay: 1 } }, 'SWAGGER_PLUGINS_INVALID', '/MOCK'],
    [
      'an undeclared path variable',
      { HTTP: { ...HTTP, backendEndpointPath: '/${request.path.x}' } },
      'PATH_VARIABLE_UNDECLARED',
      '/HTTP/backendEndpointPath',
    ],
    [
      'an unknown context variable',
      { SET_REQUEST_HEADER: header('a.b', '${request.moon}') },
      'CONTEXT_VARIABLE_INVALID',
      '/SET_REQUEST_HEADER/headers/a.b',
    ],
    [
      'a bad header name',
      { SET_REQUEST_HEADER: header('a b') },
      'INVALID_HEADER_NAME',
      '/SET_REQUEST_HEADER/headers/a b',
    ],
    [
      'another front path',
      { HTTP: { ...HTTP, frontendEndpointPath: '/pets' } },
      'FRONTEND_PATH_MISMATCH',
      '/HTTP/frontendEndpointPath',
    ],
    ['no object of plugins', [], 'SWAGGER_PLUGINS_INVALID', ''],
  ])('refuse %s', async (_name, plugins, key, field) => {
    expect(await refused({ get: withPlugins(plugins) })).toEqual([key, [`/get/${VENDOR}/plugins${field}`]]);
  });

  it('refuse an extension without plugins', async () => {
    expect(await refused({ get: { [VENDOR]: 'HTTP' } })).toEqual(['SWAGGER_PLUGINS_INVALID', [`/get/${VENDOR}`]]);
    expect(await refused({ get: { [VENDOR]: {} } })).toEqual(['SWAGGER_PLUGINS_INVALID', [`/get/${VENDOR}/plugins`]]);
  });

  it('refuse a path whose own backend path would be too long', async () => {
    const path = `/${'a'.repeat(240)}/{petId}`;
    const { key, details } = await failureOf(documentOf({ [path]: { get: {} } }));
    expect([key, details.length]).toEqual(['PATH_INVALID', 1]);
    expect(details[0]?.message).toContain('HTTP plugin');
  });

  it('refuse a basePath that is a broken template', async () => {
    const { key, details } = await failureOf(documentOf({ '/a': { get: {} } }, { basePath: '/${x}' }));
    expect([key, details[0]?.field]).toEqual(['CONTEXT_VARIABLE_INVALID', '/basePath']);
  });
});

describe('plugins of a path', () => {
  it('stand on the path, and on its methods that have no extension of their own', async () => {
    const item = {
      get: {},
      post: withPlugins({ MOCK: { statusCode: 200 } }),
      ...withPlugins({ SET_RESPONSE_HEADER: header('X-A') }),
    };
    const { paths, methods } = await planOf(documentOf({ '/a': item }));
    expect(paths.find(({ path }) => path === '/a')?.plugins).toEqual([
      { pluginType: 'SET_RESPONSE_HEADER', config: header('X-A') },
    ]);
    const types = methods.map(({ plugins }) => plugins.map(({ pluginType }) => pluginType).toSorted());
    expect(types).toEqual([['HTTP', 'SET_RESPONSE_HEADER'], ['MOCK']]);
  });

  it('refuse a backend', async () => {
    expect(await refused(withPlugins({ MOCK: { statusCode: 200 } }))).toEqual([
      'SWAGGER_PLUGINS_INVALID',
      [`/${VENDOR}/plugins/MOCK`],
    ]);
  });

  it('make the OPTIONS method with CORS and do not double the one of an export', async () => {
    const item = { get: {}, options: { summary: 'CORS' }, ...withPlugins({ CORS, SET_REQUEST_HEADER: header('X-A') }) };
    const { methods, report } = await planOf(documentOf({ '/a': item }));
    const options = methods.filter(({ methodType }) => methodType === 'OPTIONS');
    expect(options).toMatchObject([{ methodName: 'CORS', methodDescription: null, madeByCors: true }]);
    expect(options[0]?.plugins).toEqual([{ pluginType: 'MOCK', config: { statusCode: 200, headers: {}, body: '' } }]);
    expect(report.map(({ method, result }) => [method, result])).toEqual([
      ['GET', 'IMPORTED'],
      ['OPTIONS', 'SKIPPED'],
    ]);
  });
});
