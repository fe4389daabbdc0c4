import { isResourcePluginType, isStagePluginType, resourcePlugins } from '../../contract/plugins/index.js';
import { AppError, type ErrorDetail } from '../../errors/index.js';
import type { StageResourceSettings } from '../stages/index.js';

/** Who may read a document without an appKey: nobody, or whoever has the link. Source: the console guide. */
export const publishTypes = ['PRIVATE', 'PUBLIC'] as const;
/** A publish type. */
export type PublishType = (typeof publishTypes)[number];

/**
 * Checks that every plugin can be written into a document: another version may have stored it, or it may be damaged.
 * @throws AppError DOCUMENT_PLUGIN_FAILED naming each plugin that cannot.
 */
export function checkDocumentable(resources: readonly StageResourceSettings[]): void {
  const details = resources.flatMap(({ path, methodType, plugins }) =>
    plugins.flatMap(({ pluginType, config }): ErrorDetail[] => {
      const message = pluginFault(pluginType, config);
      const field = [methodType, path, pluginType].filter((part) => part !== null).join(' ');
      return message === null ? [] : [{ property: 'stage', field, message }];
    }),
  );
  if (details.length > 0) throw new AppError('DOCUMENT_PLUGIN_FAILED', details);
}

/** Of a stage plugin only the type is written, so its settings do not matter. */
function pluginFault(pluginType: string, config: object): string | null {
  if (isStagePluginType(pluginType)) return null;
  if (!isResourcePluginType(pluginType)) return 'is no plugin of this version';
  const parsed = resourcePlugins[pluginType].settings.safeParse(config);
  if (parsed.success) return null;
  return parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ');
}
