import { isBelow } from '../../../contract/paths.js';
import { AppError } from '../../../errors/index.js';
import type { ResourceNode, ResourceTree } from './resource-tree.js';

/**
 * Removes a method, or a path with everything below it.
 * @throws AppError ROOT_RESOURCE_NOT_DELETABLE, CORS_METHOD_NOT_DELETABLE
 */
export function deleteResource(tree: ResourceTree, { path, method }: ResourceNode): void {
  if (method?.madeByCors) throw new AppError('CORS_METHOD_NOT_DELETABLE');
  if (method) return tree.removeMethod(path, method.type);
  if (path === '/') throw new AppError('ROOT_RESOURCE_NOT_DELETABLE');
  const doomed = tree.allPaths().filter((node) => node.path === path || isBelow(node.path, path));
  for (const node of doomed) tree.removePath(node.path);
}
