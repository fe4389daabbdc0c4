import {
  compile,
  type CompilerGatewayResponse,
  type CompilerInput,
  type CompilerModel,
  type CompilerResource,
} from '../../compiler/index.js';
import { mapSnapshotSecrets } from '../../contract/snapshot-secrets.js';
import type { Snapshot } from '../../contract/snapshot.js';
import type { Prisma, Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { contentHash } from '../../kernel/canonical-json.js';
import type { SecretBox } from '../../kernel/secret-box.js';
import { listGatewayResponses } from '../gateway-responses/index.js';
import {
  openConfig,
  readMethodDescriptions,
  readModels,
  readStageSettings,
  settingsHash,
  type StageOfService,
  type StageSettings,
} from '../stages/index.js';

/** What a deployment of a stage keeps. */
export interface PreparedDeployment {
  readonly settings: Prisma.InputJsonObject;
  readonly settingsHash: string;
  readonly snapshot: Prisma.InputJsonObject;
  readonly hash: string;
}

/**
 * Takes down a stage as it is now: its settings, its snapshot and their hashes. Call it under the stage's lock.
 * @throws AppError those of `compile`; SNAPSHOT_NOT_SERIALIZABLE when a sealed secret cannot be opened.
 */
export async function prepareDeployment(
  queries: Queries,
  owner: StageOfService,
  box: SecretBox,
): Promise<PreparedDeployment> {
  const settings = await readStageSettings(queries, owner.stage);
  const rows = await listGatewayResponses(queries, owner.service.id);
  const gatewayResponses = rows.map(({ type, status, headers, body }) => ({
    type,
    status,
    headers: headers as CompilerGatewayResponse['headers'],
    bodies: body as CompilerGatewayResponse['bodies'],
  }));
  const resources = openResources(settings, box);
  const methods = await readMethodDescriptions(queries, owner.service.id);
  const models = (await readModels(queries, owner.service.id)) as readonly CompilerModel[];
  const snapshot = compileStage(owner, settings, { resources, gatewayResponses, methods, models });
  return {
    settings: settings as Prisma.InputJsonObject,
    settingsHash: settingsHash(settings, box),
    // Sealing gives another text every time, so that the hash is that of what it says.
    snapshot: mapSnapshotSecrets(snapshot, (secret) => box.seal(secret)) as unknown as Prisma.InputJsonObject,
    hash: contentHash(snapshot),
  };
}

function openResources({ resources }: StageSettings, box: SecretBox): CompilerResource[] {
  try {
    return resources.map((resource) => ({
      ...resource,
      plugins: resource.plugins.map((plugin) => ({ ...plugin, config: openConfig(plugin, box) })),
    }));
  } catch (cause) {
    throw new AppError('SNAPSHOT_NOT_SERIALIZABLE', [], { cause });
  }
}

function compileStage(
  { service, stage }: StageOfService,
  { backendEndpointUrl, isAccessLogOn }: StageSettings,
  parts: Pick<CompilerInput, 'resources' | 'gatewayResponses' | 'methods' | 'models'>,
): Snapshot {
  return compile({
    stageId: stage.id,
    serviceId: service.id,
    regionCode: service.regionCode,
    stageName: stage.name,
    backendEndpointUrl,
    accessLog: isAccessLogOn,
    ...parts,
  });
}
