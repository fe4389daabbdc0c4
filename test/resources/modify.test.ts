import { describe, expect, it } from '@jest/globals';
import { deleteResource } from '../../src/modules/resources/rules/delete.js';
import { modifyMethod, modifyPath } from '../../src/modules/resources/rules/modify.js';
import type { MethodNode, ResourceTree } from '../../src/modules/resources/rules/resource-tree.js';
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

const header = (value: string) => ({ headers: { 'X-Test': value } });

/** /a with GET, /a/b with GET and PUT, /a/b/c without methods, /ab with GET. */
function family(): ResourceTree {
  return treeWith(
    { path: '/a', methodList: [mockMethod('GET')] },
    { path: '/a/b', methodList: [mockMethod('GET', headerPlugin('own')), mockMethod('PUT')] },
    { path: '/a/b/c' },
    { path: '/ab', methodList: [mockMethod('GET')] },
  );
}

/** The method, which has to be there. */
function methodOf(tree: ResourceTree, path: string, type: 'GET' | 'OPTIONS' = 'GET'): MethodNode {
  const node = tree.method(path, type);
  if (!node) throw new Error(`no method ${type} ${path}`);
  return node;
}

/** `METHOD path` or path of all resources that have the plugin SET_REQUEST_HEADER, with its value. */
function headersIn(tree: ResourceTree): Record<string, unknown> {
  const found = [...tree.nodes()].filter((node) => node.plugins.has('SET_REQUEST_HEADER'));
  return Object.fromEntries(
    found.map((node) => [
      node.method ? `${node.method.type} ${node.path}` : node.path,
      node.plugins.get('SET_REQUEST_HEADER'),
    ]),
  );
}

describe('changing plugins of a path', () => {
  it('sets a plugin on the path alone', () => {
    const tree = family();
    modifyPath(tree, pathOf(tree, '/a/b'), [headerPlugin('new')]);
    expect(headersIn(tree)).toEqual({ '/a/b': header('new'), 'GET /a/b': header('own') });
  });

  it('writes with applyChildPath on all paths and methods at and below it, replacing what is there', () => {
    const tree = family();
    modifyPath(tree, pathOf(tree, '/a'), [{ ...headerPlugin('new'), applyChildPath: true }]);
    const all = ['/a', 'GET /a', '/a/b', 'GET /a/b', 'PUT /a/b', '/a/b/c'];
    expect(headersIn(tree)).toEqual(Object.fromEntries(all.map((name) => [name, header('new')])));
  });

  it('deletes with applyChildPath from all of them, and without it from the path alone', () => {
    const tree = family();
    modifyPath(tree, pathOf(tree, '/a'), [{ ...headerPlugin('new'), applyChildPath: true }]);
    modifyPath(tree, pathOf(tree, '/a/b'), [{ pluginType: 'SET_REQUEST_HEADER', delete: true }]);
    expect(Object.keys(headersIn(tree)).toSorted()).toEqual(['/a', '/a/b/c', 'GET /a', 'GET /a/b', 'PUT /a/b']);
    modifyPath(tree, pathOf(tree, '/a/b'), [{ pluginType: 'SET_REQUEST_HEADER', delete: true, applyChildPath: true }]);
    expect(Object.keys(headersIn(tree)).toSorted()).toEqual(['/a', 'GET /a']);
  });

  it('puts CORS with applyChildPath on paths only, each with its OPTIONS method', () => {
    const tree = family();
    modifyPath(tree, pathOf(tree, '/a/b'), [{ ...corsPlugin, applyChildPath: true }]);
    const withCors = [...tree.nodes()]
      .filter((node) => node.plugins.has('CORS'))
      .map(({ path, method }) => [path, method]);
    expect(withCors).toEqual([
      ['/a/b', null],
      ['/a/b/c', null],
    ]);
    expect(listing(tree).filter((name) => name.startsWith('OPTIONS'))).toEqual(['OPTIONS /a/b', 'OPTIONS /a/b/c']);
  });

  it('replaces an OPTIONS method that was there when CORS comes, and takes its own along when CORS goes', () => {
    const tree = treeWith({ path: '/a', methodList: [mockMethod('OPTIONS')] });
    modifyPath(tree, pathOf(tree, '/a'), [corsPlugin]);
    expect(tree.method('/a', 'OPTIONS')?.method).toMatchObject({ name: 'CORS', madeByCors: true });
    modifyPath(tree, pathOf(tree, '/a'), [{ pluginType: 'CORS', delete: true }]);
    expect(listing(tree)).toEqual(['/', '/a']);
  });

  it('keeps the OPTIONS method that CORS made when CORS changes', () => {
    const tree = treeWith({ path: '/a', pathPluginList: [corsPlugin] });
    const before = tree.method('/a', 'OPTIONS');
    const changed = { ...corsPlugin.pluginConfigJson, allowedMethods: ['PUT'] };
    modifyPath(tree, pathOf(tree, '/a'), [{ pluginType: 'CORS', pluginConfigJson: changed }]);
    expect(tree.method('/a', 'OPTIONS')).toBe(before);
  });

  it('leaves an OPTIONS method made by hand alone when a CORS plugin that is not there is deleted', () => {
    const tree = treeWith({ path: '/a', methodList: [mockMethod('OPTIONS')] });
    modifyPath(tree, pathOf(tree, '/a'), [{ pluginType: 'CORS', delete: true, applyChildPath: true }]);
    expect(listing(tree)).toEqual(['/', '/a', 'OPTIONS /a']);
  });

  it('gives the OPTIONS method that CORS made no other plugins', () => {
    const tree = treeWith({ path: '/a', pathPluginList: [corsPlugin] });
    modifyPath(tree, pathOf(tree, '/a'), [{ ...headerPlugin('new'), applyChildPath: true }]);
    expect(Object.keys(pluginsOf(tree.method('/a', 'OPTIONS')))).toEqual(['MOCK']);
  });

  it('refuses a type twice, a wrong place and a variable that the path does not declare', () => {
    const tree = family();
    const refuse = (...changes: Parameters<typeof modifyPath>[2]) =>
      refusal(() => modifyPath(tree, pathOf(tree, '/a'), changes));
    expect(refuse(headerPlugin('1'), { pluginType: 'SET_REQUEST_HEADER', delete: true })).toEqual({
      key: 'INVALID_INPUT',
      fields: ['pathPluginList[1].pluginType'],
    });
    expect(refuse(mockPlugin)).toEqual({ key: 'RESOURCE_PLUGIN_INVALID', fields: ['pathPluginList[0].pluginType'] });
    expect(refuse({ pluginType: 'HTTP', delete: true })).toEqual({
      key: 'RESOURCE_PLUGIN_INVALID',
      fields: ['pathPluginList[0].pluginType'],
    });
    expect(refuse(headerPlugin('${request.path.x}')).key).toBe('PATH_VARIABLE_UNDECLARED');
  });
});

describe('changing a method', () => {
  it('changes name and description and leaves plugins alone that the request does not name', () => {
    const tree = family();
    modifyMethod(tree, methodOf(tree, '/a/b'), { methodName: 'new', methodDescription: 'what it does' });
    expect(tree.method('/a/b', 'GET')?.method).toMatchObject({ name: 'new', description: 'what it does' });
    expect(Object.keys(pluginsOf(tree.method('/a/b', 'GET'))).toSorted()).toEqual(['MOCK', 'SET_REQUEST_HEADER']);
  });

  it('changes MOCK to HTTP in one request', () => {
    const tree = family();
    const methodPluginList = [{ pluginType: 'MOCK', delete: true } as const, httpPlugin('/a')];
    modifyMethod(tree, methodOf(tree, '/a'), { methodName: 'x', methodPluginList });
    expect(Object.keys(pluginsOf(tree.method('/a', 'GET')))).toEqual(['HTTP']);
  });

  it('refuses to leave a method without a backend, or with two', () => {
    const tree = family();
    const refuse = (...methodPluginList: object[]) =>
      refusal(() => modifyMethod(tree, methodOf(tree, '/a'), { methodName: 'x', methodPluginList } as never));
    const invalid = { key: 'RESOURCE_PLUGIN_INVALID', fields: ['methodPluginList'] };
    expect(refuse({ pluginType: 'MOCK', delete: true })).toEqual(invalid);
    expect(refuse(httpPlugin('/a'))).toEqual(invalid);
  });

  it('refuses to change the method that CORS made', () => {
    const tree = treeWith({ path: '/a', pathPluginList: [corsPlugin] });
    const refused = refusal(() => modifyMethod(tree, methodOf(tree, '/a', 'OPTIONS'), { methodName: 'x' }));
    expect(refused.key).toBe('RESOURCE_PLUGIN_INVALID');
  });
});

describe('deleting', () => {
  it('takes everything below a path along and nothing beside it', () => {
    const tree = family();
    deleteResource(tree, pathOf(tree, '/a'));
    expect(listing(tree)).toEqual(['/', '/ab', 'GET /ab']);
  });

  it('takes a single method', () => {
    const tree = family();
    const method = tree.method('/a/b', 'PUT');
    if (method) deleteResource(tree, method);
    expect(listing(tree)).not.toContain('PUT /a/b');
    expect(listing(tree)).toContain('GET /a/b');
  });

  it('keeps the root and the method that CORS made', () => {
    const tree = treeWith({ path: '/a', pathPluginList: [corsPlugin] });
    const options = tree.method('/a', 'OPTIONS');
    expect(refusal(() => deleteResource(tree, pathOf(tree, '/'))).key).toBe('ROOT_RESOURCE_NOT_DELETABLE');
    expect(options && refusal(() => deleteResource(tree, options)).key).toBe('CORS_METHOD_NOT_DELETABLE');
  });
});
