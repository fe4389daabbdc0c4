import { describe, expect, it } from '@jest/globals';
import { type CompilerInput, type CompilerResource } from '../../src/compiler/index.js';
import { compile } from './compile-at-once.js';
import { snapshotSchema } from '../../src/contract/snapshot.js';
import { AppError } from '../../src/errors/index.js';
import { contentHash } from '../../src/kernel/canonical-json.js';

function path(at: string, more: Partial<CompilerResource> = {}): CompilerResource {
  return { path: at, methodType: null, madeByCors: false, customBackendEndpointUrl: null, plugins: [], ...more };
}

function method(
  at: string,
  methodType: NonNullable<CompilerResource['methodType']>,
  more: Partial<CompilerResource> = {},
): CompilerResource {
  const config = { frontendEndpointPath: at, backendEndpointPath: `/backend${at}` };
  return { ...path(at), methodType, plugins: [{ pluginType: 'HTTP', config }], ...more };
}

function stage(...resources: CompilerResource[]): CompilerInput {
  return {
    stageId: 's',
    serviceId: 'v',
    regionCode: 'KR1',
    stageName: null,
    backendEndpointUrl: 'http://stage',
    resources,
    gatewayResponses: [],
    methods: [],
    models: [],
    accessLog: false,
  };
}

function keyOf(input: CompilerInput): string {
  try {
    compile(input);
  } catch (error) {
    if (error instanceof AppError) return error.key;
    throw error;
  }
  return 'compiled';
}

function routeOf(input: CompilerInput, at: string) {
  return compile(input).paths.find((one) => one.path === at)?.routes[0];
}

const cors = { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false };
const mock = { pluginType: 'MOCK', config: { statusCode: 200 } };

describe('compile', () => {
  it('gives a snapshot that its own schema accepts', () => {
    const snapshot = compile(
      stage(path('/'), path('/a'), method('/a', 'GET'), method('/a', 'POST', { plugins: [mock] })),
    );
    expect(snapshotSchema.parse(snapshot)).toEqual(snapshot);
    expect(snapshot.paths.map((one) => [one.path, one.routes.map((route) => route.method)])).toEqual([
      ['/a', ['GET', 'POST']],
    ]);
  });

  it('gives equal snapshots for equal settings in any order', () => {
    const resources = [
      path('/'),
      path('/a'),
      method('/a', 'GET'),
      method('/a', 'PUT'),
      path('/b'),
      method('/b', 'GET'),
    ];
    const hashes = [resources, resources.toReversed()].map((order) => contentHash(compile(stage(...order))));
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('takes the nearest backend override, else the backend of the stage', () => {
    const input = stage(
      path('/'),
      path('/a', { customBackendEndpointUrl: 'http://path' }),
      path('/a/b'),
      method('/a/b', 'GET'),
      path('/a/c'),
      method('/a/c', 'GET', { customBackendEndpointUrl: 'http://method' }),
      path('/d'),
      method('/d', 'GET'),
    );
    const bases = ['/a/b', '/a/c', '/d'].map((at) => routeOf(input, at)?.backend);
    expect(bases).toMatchObject([
      { baseUrl: 'http://path' },
      { baseUrl: 'http://method' },
      { baseUrl: 'http://stage' },
    ]);
  });

  it('keeps the CORS setting of a path and the OPTIONS method that it made', () => {
    const options = method('/a', 'OPTIONS', { madeByCors: true, plugins: [mock] });
    const input = stage(
      path('/'),
      path('/a', { plugins: [{ pluginType: 'CORS', config: cors }] }),
      options,
      method('/a', 'GET'),
    );
    const [compiled] = compile(input).paths;
    expect(compiled?.cors).toMatchObject({ allowedOrigins: ['*'], maxCredentialsAge: null });
    expect(compiled?.routes.map((route) => route.method)).toEqual(['GET', 'OPTIONS']);
  });

  it('applies the header plugins of a method to that method alone', () => {
    const header = { pluginType: 'SET_REQUEST_HEADER', config: { headers: { 'X-A': '1' } } };
    const input = stage(
      path('/', { plugins: [header] }),
      path('/a'),
      method('/a', 'GET', { plugins: [mock, header] }),
      method('/a', 'PUT', { plugins: [mock] }),
    );
    const routes = compile(input).paths[0]?.routes ?? [];
    expect(routes.map((route) => route.plugins.map((plugin) => plugin.type))).toEqual([['SET_REQUEST_HEADER'], []]);
  });

  it('carries the gateway responses that the service has redefined, in one order', () => {
    const responses = ['NotFound', 'BadGateway'].map((type) => ({ type, status: 418, headers: {}, bodies: {} }));
    const input = { ...stage(path('/'), method('/', 'GET')), gatewayResponses: responses };
    expect(compile(input).gatewayResponses.map(({ type }) => type)).toEqual(['BadGateway', 'NotFound']);
  });

  it.each([
    ['DEPLOY_STAGE_EMPTY', stage()],
    ['DEPLOY_NO_METHOD', stage(path('/'))],
    ['DEPLOY_NO_ROUTE', stage(path('/'), method('/', 'OPTIONS', { madeByCors: true, plugins: [mock] }))],
    ['BACKEND_TYPE_UNSUPPORTED', stage(path('/'), method('/', 'GET', { plugins: [] }))],
    [
      'STAGE_PLUGIN_UNREADABLE',
      stage(path('/'), method('/', 'GET', { plugins: [{ pluginType: 'HTTP', config: {} }] })),
    ],
    [
      'STAGE_PLUGIN_UNREADABLE',
      stage(
        path('/'),
        method('/', 'GET', { plugins: [mock, { pluginType: 'SET_REQUEST_HEADER', config: { headers: 1 } }] }),
      ),
    ],
  ])('answers %s', (key, input) => {
    expect(keyOf(input)).toBe(key);
  });
});
