import { pathFault, withAncestors } from '../../../contract/paths.js';
import type { HttpMethod, ResourcePluginType } from '../../../contract/plugins/index.js';
import { fieldError } from '../../../errors/index.js';
import { newId } from '../../../kernel/ids.js';
import { followCors } from './cors-method.js';
import { checkBackend, FaultList, readPlugins, type RequestedPlugin, withInherited } from './plugin-list.js';
import { placeOfPath } from './resource-plugin.js';
import type { PluginSettings, ResourceTree } from './resource-tree.js';

const EMPTY_LIST = 'must not be empty';

/** A method as a client asks for it. */
export interface RequestedMethod {
  readonly methodType: HttpMethod;
  readonly methodName: string;
  readonly methodDescription?: string | null;
  readonly methodPluginList: readonly RequestedPlugin[];
}

/** A path as a client asks for it, with its plugins and methods. */
export interface RequestedPath {
  readonly path: string;
  readonly pathPluginList?: readonly RequestedPlugin[] | null;
  readonly methodList?: readonly RequestedMethod[] | null;
}

/**
 * Adds paths with their methods, and the paths above them that are missing.
 * @throws AppError NO_RESOURCE_TO_CREATE, PATH_INVALID, RESOURCE_DUPLICATED, PATH_VARIABLE_CONFLICT,
 * and those of {@link readPlugins}
 */
export function createPaths(tree: ResourceTree, requested: readonly RequestedPath[]): void {
  if (requested.length === 0) throw fieldError('NO_RESOURCE_TO_CREATE', 'resourcePathList', EMPTY_LIST);
  const faults = new FaultList();
  for (const [index, { path }] of requested.entries()) {
    const fault = pathFault(path);
    if (fault !== null) faults.add('PATH_INVALID', `resourcePathList[${index}].path`, fault);
  }
  faults.throwIfAny();
  for (const [index, { path, pathPluginList }] of requested.entries()) {
    const field = `resourcePathList[${index}]`;
    const where = { field: `${field}.pathPluginList`, path, place: placeOfPath(path) };
    addPath(tree, path, readPlugins(pathPluginList ?? [], where, faults), `${field}.path`);
  }
  for (const [index, { path }] of requested.entries()) {
    addMissingAncestors(tree, path, `resourcePathList[${index}].path`);
  }
  for (const [index, { path, methodList }] of requested.entries()) {
    followCors(tree, path);
    addMethods(tree, path, methodList ?? [], `resourcePathList[${index}].methodList`, faults);
  }
  faults.throwIfAny();
}

/**
 * Adds methods to a path that exists.
 * @throws AppError NO_RESOURCE_TO_CREATE, RESOURCE_DUPLICATED, and those of {@link readPlugins}
 */
export function createMethods(tree: ResourceTree, path: string, requested: readonly RequestedMethod[]): void {
  if (requested.length === 0) throw fieldError('NO_RESOURCE_TO_CREATE', 'methodList', EMPTY_LIST);
  const faults = new FaultList();
  addMethods(tree, path, requested, 'methodList', faults);
  faults.throwIfAny();
}

function addPath(tree: ResourceTree, path: string, plugins: PluginSettings, field: string): void {
  const existing = tree.pathLike(path);
  if (existing === path) throw fieldError('RESOURCE_DUPLICATED', field, `${path} exists already`);
  if (existing !== undefined) {
    throw fieldError(
      'PATH_VARIABLE_CONFLICT',
      field,
      `${existing} stands there and ${path} differs only in a variable`,
    );
  }
  tree.put({ id: newId(), path, method: null, plugins });
}

function addMissingAncestors(tree: ResourceTree, path: string, field: string): void {
  for (const ancestor of withAncestors(path)) {
    if (!tree.path(ancestor)) addPath(tree, ancestor, new Map(), field);
  }
}

function addMethods(
  tree: ResourceTree,
  path: string,
  requested: readonly RequestedMethod[],
  field: string,
  faults: FaultList,
): void {
  const ofPath: PluginSettings = tree.path(path)?.plugins ?? new Map<ResourcePluginType, object>();
  for (const [index, { methodType, methodName, methodDescription, methodPluginList }] of requested.entries()) {
    const at = `${field}[${index}]`;
    if (tree.method(path, methodType)) {
      throw fieldError('RESOURCE_DUPLICATED', `${at}.methodType`, `${methodType} ${path} exists already`);
    }
    const listField = `${at}.methodPluginList`;
    const own = readPlugins(methodPluginList, { field: listField, path, place: 'method' }, faults);
    checkBackend(
      methodPluginList.map((plugin) => plugin.pluginType),
      listField,
      faults,
    );
    tree.put({
      id: newId(),
      path,
      method: { type: methodType, name: methodName, description: methodDescription ?? null, madeByCors: false },
      plugins: withInherited(own, ofPath),
    });
  }
}
