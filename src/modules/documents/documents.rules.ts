import { isStagePluginType } from '../../contract/plugins/index.js';
import { pluginPlace, readStoredPlugin } from '../../contract/plugins/stored.js';
import { AppError, type ErrorDetail } from '../../errors/index.js';
import type { StageResourceSettings, SwaggerDocument } from '../stages/index.js';

/** Who may read a document without an appKey: nobody, or whoever has the link. Source: the console guide. */
export const publishTypes = ['PRIVATE', 'PUBLIC'] as const;
/** A publish type. */
export type PublishType = (typeof publishTypes)[number];

/** Where callers find a stage: its host, with a port when that is no standard one, and the schemes, the usual first. */
export type StageAddress = Pick<SwaggerDocument, 'host' | 'schemes'>;

/**
 * Where browsers find a stage, for pages from which its methods are called. `port` is that of the gateways; undefined:
 * the standard ones. Gateways speak HTTP: on any port but 443, https is what somebody may have put before them.
 */
export function browserAddress(hostName: string, port = 443): StageAddress {
  const schemes = port === 443 ? ['https', 'http'] : ['http', 'https'];
  return { host: port === 443 || port === 80 ? hostName : `${hostName}:${port}`, schemes };
}

/** The error as strangers may see it: without what it says about the inside of the service. */
export function withoutDetails(error: unknown): unknown {
  return error instanceof AppError ? new AppError(error.key, [], { cause: error }) : error;
}

/**
 * Checks that every plugin can be written into a document: another version may have stored it, or it may be damaged.
 * @throws AppError DOCUMENT_PLUGIN_FAILED naming each plugin that cannot.
 */
export function checkDocumentable(resources: readonly StageResourceSettings[]): void {
  const details = resources.flatMap(({ path, methodType, plugins }) =>
    plugins.flatMap(({ pluginType, config }): ErrorDetail[] => {
      // Of a stage plugin only the type is written, so its settings do not matter.
      const message = isStagePluginType(pluginType) ? null : readStoredPlugin(pluginType, config).fault;
      return message === null ? [] : [{ property: 'stage', field: pluginPlace(path, methodType, pluginType), message }];
    }),
  );
  if (details.length > 0) throw new AppError('DOCUMENT_PLUGIN_FAILED', details);
}
