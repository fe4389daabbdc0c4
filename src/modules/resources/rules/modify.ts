import { isBelow } from '../../../contract/paths.js';
import type { ResourcePluginType } from '../../../contract/plugins/index.js';
import { fieldError } from '../../../errors/index.js';
import { followCors } from './cors-method.js';
import { checkBackend, checkTypes, FaultList, readSettings } from './plugin-list.js';
import { placeOfPath } from './resource-plugin.js';
import type { MethodNode, ResourceNode, ResourceTree } from './resource-tree.js';

/** A change of one plugin: set to `pluginConfigJson`, or deleted with `delete`. */
export interface RequestedPluginChange {
  readonly pluginType: ResourcePluginType;
  readonly pluginConfigJson?: object | undefined;
  readonly delete?: boolean | null | undefined;
}

/** A change of a plugin of a path; with `applyChildPath` on everything below too. */
export interface RequestedPathPluginChange extends RequestedPluginChange {
  readonly applyChildPath?: boolean | null | undefined;
}

/** What a method shall be. */
export interface RequestedMethodChange {
  readonly methodName: string;
  readonly methodDescription?: string | null | undefined;
  readonly methodPluginList?: readonly RequestedPluginChange[] | null | undefined;
}

/** A checked change: the settings, or null to delete. */
interface PluginChange {
  readonly type: ResourcePluginType;
  readonly settings: object | null;
  readonly reachesBelow: boolean;
}

/**
 * Sets and deletes plugins of a path, and of all paths and methods at and below it where a change says so.
 * CORS reaches paths only, and takes their OPTIONS methods along; the methods that CORS made get nothing.
 * @throws AppError those of readPlugins
 */
export function modifyPath(
  tree: ResourceTree,
  node: ResourceNode,
  requested: readonly RequestedPathPluginChange[],
): void {
  const faults = new FaultList();
  const where = { field: 'pathPluginList', path: node.path, place: placeOfPath(node.path) };
  checkTypes(requested, where, faults);
  const changes = readChanges(requested, where.field, node.path, faults);
  faults.throwIfAny();
  for (const change of changes) {
    for (const target of targetsOf(tree, node.path, change)) tree.put(withChange(target, change));
  }
  const paths = tree.allPaths().filter(({ path }) => path === node.path || isBelow(path, node.path));
  for (const { path } of paths) followCors(tree, path);
}

function targetsOf(tree: ResourceTree, path: string, { type, reachesBelow }: PluginChange): ResourceNode[] {
  const paths = tree.allPaths().filter((node) => node.path === path || (reachesBelow && isBelow(node.path, path)));
  if (type === 'CORS' || !reachesBelow) return paths;
  const methods = paths.flatMap((node) => tree.methodsOf(node.path)).filter(({ method }) => !method.madeByCors);
  return [...paths, ...methods];
}

/**
 * Changes name, description and plugins of a method; the description goes when it is left out.
 * @throws AppError RESOURCE_PLUGIN_INVALID also for the method that CORS made, and those of readPlugins
 */
export function modifyMethod(tree: ResourceTree, node: MethodNode, requested: RequestedMethodChange): void {
  if (node.method.madeByCors) {
    throw fieldError('RESOURCE_PLUGIN_INVALID', '', 'the OPTIONS method that CORS made cannot be changed');
  }
  const list = requested.methodPluginList ?? [];
  const faults = new FaultList();
  checkTypes(list, { field: 'methodPluginList', path: node.path, place: 'method' }, faults);
  const changes = readChanges(list, 'methodPluginList', node.path, faults);
  faults.throwIfAny();
  const changed = changes.reduce<ResourceNode>(withChange, node);
  checkBackend(changed.plugins.keys(), 'methodPluginList', faults);
  faults.throwIfAny();
  const description = requested.methodDescription ?? null;
  tree.put({ ...changed, method: { ...node.method, name: requested.methodName, description } });
}

function readChanges(
  requested: readonly RequestedPathPluginChange[],
  field: string,
  path: string,
  faults: FaultList,
): PluginChange[] {
  return requested.map((change, index) => {
    const { pluginType: type, pluginConfigJson = {} } = change;
    const reachesBelow = change.applyChildPath ?? false;
    const settings = change.delete ? null : readSettings(type, pluginConfigJson, `${field}[${index}]`, path, faults);
    return { type, settings, reachesBelow };
  });
}

function withChange(node: ResourceNode, { type, settings }: PluginChange): ResourceNode {
  const plugins = new Map(node.plugins);
  if (settings === null) plugins.delete(type);
  else plugins.set(type, settings);
  return { ...node, plugins };
}
