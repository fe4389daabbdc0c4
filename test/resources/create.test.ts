import { describe, expect, it } from '@jest/globals';
import { createMethods, createPaths } from '../../src/modules/resources/rules/create.js';
import type { ErrorKey } from '../../src/errors/index.js';
import { checkLimits, MAX_PATHS } from '../../src/modules/resources/rules/limits.js';
import type { RequestedPlugin } from '../../src/modules/resources/rules/plugin-list.js';
import { ResourceTree } from '../../src/modules/resources/rules/resource-tree.js';
import {
  corsPlugin,
  headerPlugin,
  httpPlugin,
  listing,
  mockMethod,
  mockPlugin,
  pathOf,
  pluginsOf,
  refusal,
  treeWith,
} from './trees.js';

/** The error of a method on the root that has this plugin. */
function keyOf(plugin: RequestedPlugin): ErrorKey {
  return refusal(() => createMethods(treeWith(), '/', [mockMethod('GET', plugin)])).key;
}

describe('creating paths', () => {
  it('makes the missing paths above', () => {
    expect(listing(treeWith({ path: '/a/{b}/c' }))).toEqual(['/', '/a', '/a/{b}', '/a/{b}/c']);
  });

  it('takes a path and one above it from the same request in any order', () => {
    const tree = treeWith({ path: '/a/b' }, { path: '/a', pathPluginList: [headerPlugin('1')] });
    expect(listing(tree)).toEqual(['/', '/a', '/a/b']);
    expect(pluginsOf(tree.path('/a'))).toEqual({ SET_REQUEST_HEADER: { headers: { 'X-Test': '1' } } });
  });

  it('refuses a path that exists or stands twice in the request', () => {
    const tree = treeWith({ path: '/a' });
    const duplicated = { key: 'RESOURCE_DUPLICATED', fields: ['resourcePathList[0].path'] };
    expect(refusal(() => createPaths(tree, [{ path: '/a' }]))).toEqual(duplicated);
    expect(refusal(() => createPaths(tree, [{ path: '/' }]))).toEqual(duplicated);
    expect(refusal(() => createPaths(treeWith(), [{ path: '/b' }, { path: '/b' }])).key).toBe('RESOURCE_DUPLICATED');
  });

  it.each([
    ['/a/{x}', '/a/{y}'],
    ['/a/{x}', '/a/{y}/b'],
    ['/a/{x}', '/a/{x+}'],
    ['/a/{x+}', '/a/{x}'],
    ['/a/{x}.json', '/a/{y}.json'],
    ['/{x}/b', '/{y}'],
  ])('lets one variable stand at a level: %s keeps %s away', (existing, added) => {
    const conflict = refusal(() => createPaths(treeWith({ path: existing }), [{ path: added }]));
    expect(conflict).toEqual({ key: 'PATH_VARIABLE_CONFLICT', fields: ['resourcePathList[0].path'] });
    expect(refusal(() => treeWith({ path: existing }, { path: added })).key).toBe('PATH_VARIABLE_CONFLICT');
  });

  it('lets a variable stand beside fixed names and the same variable go on', () => {
    expect(() =>
      treeWith({ path: '/a/{x}' }, { path: '/a/b' }, { path: '/a/{x}/c' }, { path: '/b/{y}' }),
    ).not.toThrow();
  });

  it('refuses anything below {x+}', () => {
    const refused = refusal(() => createPaths(treeWith({ path: '/a/{x+}' }), [{ path: '/a/{x+}/b' }]));
    expect(refused).toEqual({ key: 'PATH_INVALID', fields: ['resourcePathList[0].path'] });
  });

  it('names every bad path of a request', () => {
    const refused = refusal(() => createPaths(treeWith(), [{ path: 'a' }, { path: '/b' }, { path: '/c d' }]));
    expect(refused.fields).toEqual(['resourcePathList[0].path', 'resourcePathList[2].path']);
  });

  it('refuses a request without paths', () => {
    expect(refusal(() => createPaths(treeWith(), [])).key).toBe('NO_RESOURCE_TO_CREATE');
  });

  it.each(['HTTP', 'MOCK'] as const)('keeps %s off paths', (pluginType) => {
    const plugin = pluginType === 'HTTP' ? httpPlugin('/a') : mockPlugin;
    const refused = refusal(() => treeWith({ path: '/a', pathPluginList: [plugin] }));
    expect(refused).toEqual({
      key: 'RESOURCE_PLUGIN_INVALID',
      fields: ['resourcePathList[0].pathPluginList[0].pluginType'],
    });
  });

  it('lets settings use the variables of the path and of those above, and no others', () => {
    expect(() => treeWith({ path: '/{a}/{b+}', pathPluginList: [headerPlugin('${request.path.a}')] })).not.toThrow();
    expect(() => treeWith({ path: '/{a}/{b+}', pathPluginList: [headerPlugin('${request.path.b+}')] })).not.toThrow();
    const refused = refusal(() => treeWith({ path: '/{a}', pathPluginList: [headerPlugin('${request.path.b}')] }));
    const field = 'resourcePathList[0].pathPluginList[0].pluginConfigJson.headers.X-Test';
    expect(refused).toEqual({ key: 'PATH_VARIABLE_UNDECLARED', fields: [field] });
  });

  it('makes the OPTIONS method with a CORS plugin', () => {
    const tree = treeWith({ path: '/a', pathPluginList: [corsPlugin] });
    const options = tree.method('/a', 'OPTIONS');
    expect(options?.method).toEqual({ type: 'OPTIONS', name: 'CORS', description: null, madeByCors: true });
    expect(pluginsOf(options)).toEqual({ MOCK: { statusCode: 200, headers: {}, body: '' } });
  });

  it('refuses an OPTIONS method beside the one that CORS makes', () => {
    const path = { path: '/a', pathPluginList: [corsPlugin], methodList: [mockMethod('OPTIONS')] };
    expect(refusal(() => treeWith(path))).toEqual({
      key: 'RESOURCE_DUPLICATED',
      fields: ['resourcePathList[0].methodList[0].methodType'],
    });
  });
});

describe('creating methods', () => {
  it('copies the plugins of the path, except CORS and those that the method brings', () => {
    const queryPlugin = {
      pluginType: 'ADD_REQUEST_QUERY_PARAMETER',
      pluginConfigJson: { parameters: { a: '1' } },
    } as const;
    const tree = treeWith({ path: '/a', pathPluginList: [corsPlugin, headerPlugin('path'), queryPlugin] });
    createMethods(tree, '/a', [mockMethod('GET', headerPlugin('method'))]);
    expect(pluginsOf(tree.method('/a', 'GET'))).toEqual({
      MOCK: { statusCode: 200, headers: {}, body: '' },
      SET_REQUEST_HEADER: { headers: { 'X-Test': 'method' } },
      ADD_REQUEST_QUERY_PARAMETER: { parameters: { a: '1' } },
    });
  });

  it('copies nothing to methods of paths below', () => {
    const tree = treeWith(
      { path: '/a', pathPluginList: [headerPlugin('1')] },
      { path: '/a/b', methodList: [mockMethod('GET')] },
    );
    expect(Object.keys(pluginsOf(tree.method('/a/b', 'GET')))).toEqual(['MOCK']);
  });

  it('stores settings as the schema reads them, defaults filled in', () => {
    const method = {
      methodType: 'GET',
      methodName: 'x',
      methodPluginList: [{ ...mockPlugin, pluginConfigJson: { statusCode: '201' } }],
    } as const;
    const tree = treeWith({ path: '/a', methodList: [method] });
    expect(pluginsOf(tree.method('/a', 'GET'))).toEqual({ MOCK: { statusCode: 201, headers: {}, body: '' } });
  });

  it.each([
    ['neither HTTP nor MOCK', []],
    ['both', [mockPlugin, httpPlugin('/a')]],
  ])('refuses a method with %s', (_name, methodPluginList) => {
    const method = { methodType: 'GET', methodName: 'x', methodPluginList } as const;
    expect(refusal(() => treeWith({ path: '/a', methodList: [method] }))).toEqual({
      key: 'RESOURCE_PLUGIN_INVALID',
      fields: ['resourcePathList[0].methodList[0].methodPluginList'],
    });
  });

  it('keeps CORS off methods', () => {
    const refused = refusal(() => createMethods(treeWith(), '/', [mockMethod('GET', corsPlugin)]));
    expect(refused).toEqual({
      key: 'RESOURCE_PLUGIN_INVALID',
      fields: ['methodList[0].methodPluginList[1].pluginType'],
    });
  });

  it('refuses a plugin type that stands twice', () => {
    const refused = refusal(() =>
      createMethods(treeWith(), '/', [mockMethod('GET', headerPlugin('1'), headerPlugin('2'))]),
    );
    expect(refused).toEqual({ key: 'INVALID_INPUT', fields: ['methodList[0].methodPluginList[2].pluginType'] });
  });

  it('demands that HTTP names the path it stands on', () => {
    const method = { methodType: 'GET', methodName: 'x', methodPluginList: [httpPlugin('/b')] } as const;
    expect(refusal(() => treeWith({ path: '/a', methodList: [method] }))).toEqual({
      key: 'FRONTEND_PATH_MISMATCH',
      fields: ['resourcePathList[0].methodList[0].methodPluginList[0].pluginConfigJson.frontendEndpointPath'],
    });
  });

  it('names bad header names, context variables and settings by their own errors', () => {
    expect(keyOf(headerPlugin('x', 'bad name'))).toBe('INVALID_HEADER_NAME');
    expect(keyOf(headerPlugin('${request.nothing}'))).toBe('CONTEXT_VARIABLE_INVALID');
    expect(keyOf({ pluginType: 'SET_REQUEST_HEADER', pluginConfigJson: { headers: 1 } })).toBe(
      'RESOURCE_PLUGIN_INVALID',
    );
  });

  it('refuses a method that exists, one that stands twice, and an empty list', () => {
    const tree = treeWith({ path: '/a', methodList: [mockMethod('GET')] });
    const duplicated = { key: 'RESOURCE_DUPLICATED', fields: ['methodList[1].methodType'] };
    expect(refusal(() => createMethods(tree, '/a', [mockMethod('PUT'), mockMethod('GET')]))).toEqual(duplicated);
    expect(refusal(() => createMethods(treeWith(), '/', [mockMethod('PUT'), mockMethod('PUT')]))).toEqual(duplicated);
    expect(refusal(() => createMethods(tree, '/a', [])).key).toBe('NO_RESOURCE_TO_CREATE');
  });
});

describe('the limits', () => {
  const twoMethods = treeWith({ path: '/a', pathPluginList: [corsPlugin], methodList: [mockMethod('GET')] });

  it('counts the methods that CORS made and lets the limit be reached', () => {
    expect(() => checkLimits(treeWith(), twoMethods, 2, 'resourcePathList')).not.toThrow();
    expect(refusal(() => checkLimits(treeWith(), twoMethods, 1, 'resourcePathList'))).toEqual({
      key: 'METHOD_LIMIT_EXCEEDED',
      fields: ['resourcePathList'],
    });
  });

  it('lets changes through that add no method when the limit was lowered', () => {
    expect(() => checkLimits(twoMethods, twoMethods.copy(), 1, '')).not.toThrow();
  });

  it('bounds the paths of a service', () => {
    const nodes = Array.from({ length: MAX_PATHS + 1 }, (_unused, index) => ({
      id: `${index}`,
      path: `/${index}`,
      method: null,
      plugins: new Map(),
    }));
    expect(() => checkLimits(treeWith(), new ResourceTree(nodes.slice(1)), 100, '')).not.toThrow();
    expect(refusal(() => checkLimits(treeWith(), new ResourceTree(nodes), 100, 'resourcePathList')).key).toBe(
      'INVALID_INPUT',
    );
  });

  it('finds resources by id', () => {
    expect(twoMethods.byId(pathOf(twoMethods, '/a').id)?.path).toBe('/a');
    expect(twoMethods.byId('nothing')).toBeUndefined();
  });
});
