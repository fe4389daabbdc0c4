import { AppError, type ErrorDetail, type ErrorKey } from '../../src/errors/index.js';
import { createPaths, type RequestedMethod, type RequestedPath } from '../../src/modules/resources/rules/create.js';
import type { RequestedPlugin } from '../../src/modules/resources/rules/plugin-list.js';
import { type ResourceNode, ResourceTree } from '../../src/modules/resources/rules/resource-tree.js';
import type { HttpMethod } from '../../src/contract/plugins/index.js';

export const corsPlugin: RequestedPlugin = {
  pluginType: 'CORS',
  pluginConfigJson: { allowedMethods: ['GET'], allowedHeaders: ['*'], allowedOrigins: ['*'], allowCredentials: false },
};

export const mockPlugin: RequestedPlugin = { pluginType: 'MOCK', pluginConfigJson: { statusCode: 200 } };

export function httpPlugin(path: string, backendEndpointPath = '/'): RequestedPlugin {
  return { pluginType: 'HTTP', pluginConfigJson: { frontendEndpointPath: path, backendEndpointPath } };
}

/** SET_REQUEST_HEADER with one header. */
export function headerPlugin(value: string, name = 'X-Test'): RequestedPlugin {
  return { pluginType: 'SET_REQUEST_HEADER', pluginConfigJson: { headers: { [name]: value } } };
}

/** A method that answers by itself, with further plugins. */
export function mockMethod(methodType: HttpMethod, ...plugins: RequestedPlugin[]): RequestedMethod {
  return { methodType, methodName: methodType, methodPluginList: [mockPlugin, ...plugins] };
}

/** The tree of a service that has just been made, with these paths added. */
export function treeWith(...paths: RequestedPath[]): ResourceTree {
  const tree = new ResourceTree([{ id: 'root', path: '/', method: null, plugins: new Map() }]);
  if (paths.length > 0) createPaths(tree, paths);
  return tree;
}

/** The path node, which has to be there. */
export function pathOf(tree: ResourceTree, path: string): ResourceNode {
  const node = tree.path(path);
  if (!node) throw new Error(`no path ${path}`);
  return node;
}

/** The resources as `METHOD path`, paths as themselves, sorted. */
export function listing(tree: ResourceTree): string[] {
  return [...tree.nodes()].map(({ path, method }) => (method ? `${method.type} ${path}` : path)).toSorted();
}

/** Plugin settings as plain data. */
export function pluginsOf(node: ResourceNode | undefined): Record<string, object> {
  return Object.fromEntries(node?.plugins ?? []);
}

/** The AppError that a rule throws; its key and the fields it names. */
export function refusal(run: () => void): { key: ErrorKey; fields: string[] } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { key: error.key, fields: error.details.map((detail: ErrorDetail) => detail.field) };
  }
  throw new Error('nothing was refused');
}
