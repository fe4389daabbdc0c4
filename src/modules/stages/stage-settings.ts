import * as z from 'zod';
import { mapSecrets } from '../../contract/plugins/secrets.js';
import { httpMethod } from '../../contract/plugins/shared.js';
import { AppError, type ErrorKey } from '../../errors/index.js';
import { contentHash } from '../../kernel/canonical-json.js';
import type { SecretBox } from '../../kernel/secret-box.js';

const stagePluginSchema = z.strictObject({
  id: z.string(),
  pluginType: z.string(),
  /** As stored: secrets in it are sealed. */
  config: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

const stageResourceSchema = z.strictObject({
  id: z.string(),
  path: z.string(),
  parentPath: z.string().nullable(),
  methodType: httpMethod.nullable(),
  methodName: z.string().nullable(),
  methodDescription: z.string().nullable(),
  madeByCors: z.boolean(),
  customBackendEndpointUrl: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  plugins: z.array(stagePluginSchema),
});

/** All settings of a stage at one time: what a deployment keeps and a rollback restores. Dates are ISO texts. */
export const stageSettingsSchema = z.strictObject({
  backendEndpointUrl: z.string(),
  resourceRevision: z.int(),
  resourceUpdatedAt: z.iso.datetime(),
  resources: z.array(stageResourceSchema),
  /** False in deployments from before there was such a log. */
  isAccessLogOn: z.boolean().default(false),
});

/** Settings of a stage as checked. */
export type StageSettings = z.output<typeof stageSettingsSchema>;
/** A resource of a stage: a path (`methodType` null) or a method. */
export type StageResourceSettings = StageSettings['resources'][number];
/** A plugin on a resource of a stage; its `config` is as stored, secrets sealed. */
export type StagePluginSettings = StageResourceSettings['plugins'][number];

/** The config of a plugin with its secrets in the clear. @throws Error when they were sealed under another key. */
export function openConfig(plugin: StagePluginSettings, box: SecretBox): Record<string, unknown> {
  return mapSecrets(plugin.pluginType, plugin.config, (secret) => box.open(secret));
}

/**
 * The resources of settings with their secrets in the clear.
 * @throws AppError with the key given, when a secret was sealed under another key or is damaged.
 */
export function openResources(settings: StageSettings, box: SecretBox, otherwise: ErrorKey): StageResourceSettings[] {
  try {
    return settings.resources.map((resource) => ({
      ...resource,
      plugins: resource.plugins.map((plugin) => ({ ...plugin, config: openConfig(plugin, box) })),
    }));
  } catch (cause) {
    throw new AppError(otherwise, [], { cause });
  }
}

/** Hash of what the settings say, without ids, dates and where they came from: equal settings have equal hashes. */
export function settingsHash(settings: StageSettings, box: SecretBox): string {
  const resources = settings.resources.map((resource) => [
    `${resource.path} ${resource.methodType ?? ''}`,
    resource.methodName,
    resource.methodDescription,
    resource.madeByCors,
    resource.customBackendEndpointUrl,
    resource.plugins.map((plugin) => [plugin.pluginType, openConfig(plugin, box)]).toSorted(byFirst),
  ]);
  // Only when it is on, so that deployments from before there was such a log keep their hashes.
  const accessLog = settings.isAccessLogOn ? ['accessLog'] : [];
  return contentHash([settings.backendEndpointUrl, resources.toSorted(byFirst), ...accessLog]);
}

function byFirst([a]: unknown[], [b]: unknown[]): number {
  return String(a) < String(b) ? -1 : 1;
}
