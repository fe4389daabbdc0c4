import { checkSettings, type SettingFault } from '../../../contract/plugins/check.js';
import { type PluginPlace, resourcePlugins, type ResourcePluginType } from '../../../contract/plugins/index.js';
import type { ErrorKey } from '../../../errors/index.js';

/** Which kind of place a path is for plugins. */
export function placeOfPath(path: string): PluginPlace {
  return path === '/' ? 'root' : 'path';
}

/** Why a plugin may not stand at a place, in words, or null when it may. */
export function misplacement(type: ResourcePluginType, place: PluginPlace): string | null {
  const places: readonly PluginPlace[] = resourcePlugins[type].places;
  return places.includes(place) ? null : `${type} cannot be set on a ${place === 'method' ? 'method' : 'path'}`;
}

/**
 * Reads the setting of a resource plugin as a client sent it, on the resource path `path`.
 * `invalid` is the error for a setting that does not fit its schema; FRONTEND_PATH_MISMATCH is that of an HTTP plugin
 * which names another path.
 */
export function checkResourceSettings(
  type: ResourcePluginType,
  config: unknown,
  path: string,
  invalid: ErrorKey,
): { settings: object; faults: [] } | { settings: null; faults: SettingFault[] } {
  const checked = checkSettings(resourcePlugins[type], config, path, invalid);
  const { settings } = checked;
  if (!settings || !('frontendEndpointPath' in settings) || settings.frontendEndpointPath === path) return checked;
  const fault = { key: 'FRONTEND_PATH_MISMATCH', field: 'frontendEndpointPath', message: `must be ${path}` } as const;
  return { settings: null, faults: [fault] };
}
