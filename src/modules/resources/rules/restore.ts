import { parentPathOf } from '../../../contract/paths.js';
import type { HttpMethod } from '../../../contract/plugins/index.js';
import type { ErrorKey } from '../../../errors/index.js';
import type { ResourceTree } from './resource-tree.js';

/** A deleted path (`methodType` null) or method that is to come back. */
export interface KeptResource {
  readonly id: string;
  readonly path: string;
  readonly methodType: string | null;
}

/** What is in the way of a resource, in words. */
interface ResourceObstacle {
  readonly field: string;
  readonly message: string;
}

/**
 * What is in the way of resources that are to come back, by the error that says so, the first one first. Paths above
 * are not made again: what was deleted with them is in the recycle bin, and would find its place taken.
 */
export function obstaclesOf(present: ResourceTree, kept: readonly KeptResource[]): Map<ErrorKey, ResourceObstacle[]> {
  const paths = new Set(kept.filter(({ methodType }) => methodType === null).map(({ path }) => path));
  const obstacles = new Map<ErrorKey, ResourceObstacle[]>();
  for (const { path, methodType } of kept) {
    const found = obstacleOf(present, paths, path, methodType as HttpMethod | null);
    if (!found) continue;
    const [key, message] = found;
    obstacles.set(key, [...(obstacles.get(key) ?? []), { field: path, message }]);
  }
  return obstacles;
}

function obstacleOf(
  present: ResourceTree,
  keptPaths: ReadonlySet<string>,
  path: string,
  methodType: HttpMethod | null,
): [ErrorKey, string] | null {
  const above = methodType === null ? parentPathOf(path) : path;
  if (above !== null && !keptPaths.has(above) && !present.path(above)) {
    return ['RECYCLE_BIN_ITEM_NOT_RESTORABLE', `the path ${above} does not exist; create or restore it first`];
  }
  if (methodType !== null) {
    return present.method(path, methodType) ? ['RESOURCE_DUPLICATED', `${methodType} ${path} exists already`] : null;
  }
  const existing = present.pathLike(path);
  if (existing === undefined) return null;
  return existing === path
    ? ['RESOURCE_DUPLICATED', `${path} exists already`]
    : ['PATH_VARIABLE_CONFLICT', `${existing} stands there and ${path} differs only in a variable`];
}

/** The resources that are there and those that come back, for counting them. */
export function treeWithKept(present: ResourceTree, kept: readonly KeptResource[]): ResourceTree {
  const tree = present.copy();
  for (const { id, path, methodType } of kept) {
    const type = methodType as HttpMethod | null;
    const method = type && { type, name: '', description: null, madeByCors: false };
    tree.put({ id, path, method, plugins: new Map() });
  }
  return tree;
}
