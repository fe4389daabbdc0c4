import { resourcePlugins } from '../../../contract/plugins/index.js';
import { newId } from '../../../kernel/ids.js';
import type { ResourceTree } from './resource-tree.js';

/** Name of the OPTIONS method that a CORS plugin makes. */
export const CORS_METHOD_NAME = 'CORS';
/** What the OPTIONS method answers to requests that are no preflights. */
export const CORS_METHOD_ANSWER = resourcePlugins.MOCK.settings.parse({ statusCode: 200 });

/**
 * Makes the OPTIONS method of a path follow its CORS plugin: with the plugin there is one made by it,
 * in the place of one that was there; without the plugin the one made by it goes.
 * Source: the guide on setting and deleting the CORS plugin.
 */
export function followCors(tree: ResourceTree, path: string): void {
  const hasCors = tree.path(path)?.plugins.has('CORS') ?? false;
  const isMade = tree.method(path, 'OPTIONS')?.method.madeByCors ?? false;
  if (hasCors === isMade) return;
  tree.removeMethod(path, 'OPTIONS');
  if (!hasCors) return;
  tree.put({
    id: newId(),
    path,
    method: { type: 'OPTIONS', name: CORS_METHOD_NAME, description: null, madeByCors: true },
    plugins: new Map([['MOCK', CORS_METHOD_ANSWER]]),
  });
}
