import { isResourcePluginType, isStagePluginType, resourcePlugins, stagePlugins } from './index.js';

/** A stored plugin setting as checked, or in words why it cannot be read. */
export type StoredPlugin =
  | { readonly settings: object; readonly fault: null }
  | { readonly settings: null; readonly fault: string };

/** Reads a stored plugin setting again: another version may have written it, or it may be damaged. */
export function readStoredPlugin(pluginType: string, config: unknown): StoredPlugin {
  const definition = definitionOf(pluginType);
  if (!definition) return { settings: null, fault: 'is no plugin of this version' };
  const parsed = definition.settings.safeParse(config);
  if (parsed.success) return { settings: parsed.data, fault: null };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  return { settings: null, fault: faults.join('; ') };
}

function definitionOf(pluginType: string) {
  if (isResourcePluginType(pluginType)) return resourcePlugins[pluginType];
  return isStagePluginType(pluginType) ? stagePlugins[pluginType] : null;
}

/** Names a plugin of a stage, or without a type the resource, in errors: `GET /pets HMAC`. */
export function pluginPlace(path: string, methodType: string | null, pluginType?: string): string {
  return [methodType, path, pluginType].filter((part) => part !== null && part !== undefined).join(' ');
}
