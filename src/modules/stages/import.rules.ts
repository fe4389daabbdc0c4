import { resourceKey } from '../../contract/paths.js';
import { isStagePluginType } from '../../contract/plugins/index.js';
import type { StageResourceSettings } from './stage-settings.js';

/** The new resources with the stage plugins and backend overrides that the old ones had at the same path and method. */
export function keepStageSettings(
  resources: readonly StageResourceSettings[],
  before: readonly StageResourceSettings[],
): StageResourceSettings[] {
  const old = new Map(before.map((resource) => [resourceKey(resource), resource]));
  return resources.map((resource) => {
    const kept = old.get(resourceKey(resource));
    if (!kept) return resource;
    const stagePlugins = kept.plugins.filter((plugin) => isStagePluginType(plugin.pluginType));
    const { customBackendEndpointUrl } = kept;
    return { ...resource, customBackendEndpointUrl, plugins: [...resource.plugins, ...stagePlugins] };
  });
}
