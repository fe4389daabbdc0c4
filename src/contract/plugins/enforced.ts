import type { PluginType } from './index.js';

/**
 * Plugins of a route that the gateway of this version carries out, besides the backend and CORS.
 * A stage that uses another one is not deployed, and a gateway refuses its snapshot: a lock that does not lock
 * must never be served.
 */
export const enforcedPluginTypes: readonly PluginType[] = [
  'SET_REQUEST_HEADER',
  'REMOVE_REQUEST_HEADER',
  'ADD_REQUEST_QUERY_PARAMETER',
  'SET_RESPONSE_HEADER',
  'REMOVE_RESPONSE_HEADER',
];

/** Whether the gateway carries out a plugin of a route. */
export function isEnforced(pluginType: string): boolean {
  return enforcedPluginTypes.some((type) => type === pluginType);
}
