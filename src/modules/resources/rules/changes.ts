import type { ResourcePluginType } from '../../../contract/plugins/index.js';
import { canonicalJson } from '../../../kernel/canonical-json.js';
import { isMethod, type MethodNode, type ResourceNode, type ResourceTree } from './resource-tree.js';

/** A plugin that a resource gets or changes. */
export interface PluginWrite {
  readonly resourceId: string;
  readonly type: ResourcePluginType;
  readonly settings: object;
}

/** What has to be written to get from one tree to another. */
export interface Changes {
  readonly created: readonly ResourceNode[];
  readonly deletedIds: readonly string[];
  /** Methods whose name or description changed. */
  readonly renamed: readonly MethodNode[];
  /** Plugins new on resources that stay. */
  readonly addedPlugins: readonly PluginWrite[];
  readonly changedPlugins: readonly PluginWrite[];
  readonly deletedPlugins: readonly Omit<PluginWrite, 'settings'>[];
  /** Resources that stay and changed in any way. */
  readonly touchedIds: readonly string[];
}

/** Changes of resources that stay, while they are gathered. */
interface Edits {
  readonly renamed: MethodNode[];
  readonly addedPlugins: PluginWrite[];
  readonly changedPlugins: PluginWrite[];
  readonly deletedPlugins: Omit<PluginWrite, 'settings'>[];
}

/** Compares two trees by the ids of their resources. */
export function changesBetween(before: ResourceTree, after: ResourceTree): Changes {
  const old = new Map([...before.nodes()].map((node) => [node.id, node]));
  const kept = new Set<string>();
  const created: ResourceNode[] = [];
  const edits: Edits = { renamed: [], addedPlugins: [], changedPlugins: [], deletedPlugins: [] };
  for (const node of after.nodes()) {
    const previous = old.get(node.id);
    kept.add(node.id);
    if (!previous) created.push(node);
    else if (previous !== node) compareNodes(previous, node, edits);
  }
  const { renamed, addedPlugins, changedPlugins, deletedPlugins } = edits;
  const plugins = [...addedPlugins, ...changedPlugins, ...deletedPlugins];
  const touchedIds = [...new Set([...renamed.map(({ id }) => id), ...plugins.map(({ resourceId }) => resourceId)])];
  return { created, ...edits, deletedIds: [...old.keys()].filter((id) => !kept.has(id)), touchedIds };
}

/** Whether nothing has to be written. */
export function isEmpty({ created, deletedIds, touchedIds }: Changes): boolean {
  return created.length + deletedIds.length + touchedIds.length === 0;
}

function compareNodes(before: ResourceNode, after: ResourceNode, edits: Edits): void {
  const resourceId = after.id;
  if (isMethod(after) && !isEqual(before.method, after.method)) edits.renamed.push(after);
  for (const [type, settings] of after.plugins) {
    const old = before.plugins.get(type);
    if (!old) edits.addedPlugins.push({ resourceId, type, settings });
    else if (!isEqual(old, settings)) edits.changedPlugins.push({ resourceId, type, settings });
  }
  for (const type of before.plugins.keys()) {
    if (!after.plugins.has(type)) edits.deletedPlugins.push({ resourceId, type });
  }
}

function isEqual(a: object | null, b: object | null): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b);
}
