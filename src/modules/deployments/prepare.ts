import { type CompilerGatewayResponse, compileSteps } from '../../compiler/index.js';
import { mapSnapshotSecrets } from '../../contract/snapshot-secrets.js';
import type { Snapshot } from '../../contract/snapshot.js';
import type { Queries } from '../../database/index.js';
import { canonicalJson, CanonicalTexts, contentHashSteps } from '../../kernel/canonical-json.js';
import type { SecretBox } from '../../kernel/secret-box.js';
import { beginInSlices, type Steps } from '../../kernel/steps.js';
import type { DeploymentDocuments, DeploymentHashes } from './deployments.queries.js';
import { type Documentation, documentationHash, documentationOf } from './documentation.js';
import { listGatewayResponses } from '../gateway-responses/index.js';
import { type SnapshotTexts, snapshotTexts } from '../routers/index.js';
import {
  openResources,
  readMethodDescriptions,
  readModels,
  readStageSettings,
  settingsHash,
  type StageOfService,
  type StageResourceSettings,
  type StageSettings,
} from '../stages/index.js';

/** What a deployment of a stage keeps. */
export interface PreparedDeployment extends DeploymentHashes, DeploymentDocuments {
  /** The snapshot with its secrets in the clear, for gateways that ask soon. */
  readonly texts: SnapshotTexts;
}

/** A stage as it is now: all that a deployment of it would be made of. */
export interface StageAsSet {
  readonly settings: StageSettings;
  /** The resources of the settings, their secrets in the clear. */
  readonly resources: readonly StageResourceSettings[];
  readonly documentation: Documentation;
  readonly gatewayResponses: readonly CompilerGatewayResponse[];
}

/**
 * What a deployment of a stage as it is now keeps: its settings, its snapshot, its documentation and their hashes. In
 * slices, since a large stage takes a tenth of a second.
 * @throws AppError those of `compileSteps`
 */
export async function prepareDeployment(
  owner: StageOfService,
  asSet: StageAsSet,
  box: SecretBox,
): Promise<PreparedDeployment> {
  const snapshot = await compileStage(owner, asSet);
  const { of: textOf } = new CanonicalTexts();
  const hashes = await hashesOf(asSet, snapshot, box, textOf);
  return { ...hashes, ...(await beginInSlices(textSteps(asSet, snapshot, box, textOf))) };
}

function* textSteps(
  { settings, documentation }: StageAsSet,
  snapshot: Snapshot,
  box: SecretBox,
  textOf: (part: unknown) => string,
): Steps<DeploymentDocuments & Pick<PreparedDeployment, 'texts'>> {
  const texts = snapshotTexts(snapshot, textOf);
  yield;
  const sealed = mapSnapshotSecrets(snapshot, (secret) => box.seal(secret));
  yield;
  const sealedText = JSON.stringify(sealed);
  yield;
  const settingsText = JSON.stringify(settings);
  yield;
  return { texts, settings: settingsText, snapshot: sealedText, documentation: JSON.stringify(documentation) };
}

/** The hashes of a deployment of a stage as it is now, of which `snapshot` was made, its secrets in the clear. */
export async function hashesOf(
  asSet: StageAsSet,
  snapshot: Snapshot,
  box: SecretBox,
  textOf: (part: unknown) => string = canonicalJson,
): Promise<DeploymentHashes> {
  // Sealing gives another text every time, so that the hash is that of what the snapshot says.
  const hash = await beginInSlices(contentHashSteps(snapshot, textOf));
  return { hash, ...sourceHashesOf(asSet, box) };
}

/** The hashes of what a stage as it is now says, whether or not it can be compiled. */
export function sourceHashesOf(
  { settings, documentation }: StageAsSet,
  box: SecretBox,
): Pick<DeploymentHashes, 'settingsHash' | 'documentationHash'> {
  return { settingsHash: settingsHash(settings, box), documentationHash: documentationHash(documentation) };
}

/** Whether a deployment would bring nothing that another one does not have, neither to gateways nor to readers. */
export function isEqualDeployment(one: DeploymentHashes, other: DeploymentHashes): boolean {
  return (
    one.hash === other.hash &&
    one.settingsHash === other.settingsHash &&
    one.documentationHash === other.documentationHash
  );
}

/**
 * Reads a stage as it is now; for what fits together in one transaction, or under the stage's lock, the service being
 * held.
 * @throws AppError SNAPSHOT_NOT_SERIALIZABLE when a sealed secret cannot be opened, or a description cannot be read.
 */
export async function readStageAsSet(queries: Queries, owner: StageOfService, box: SecretBox): Promise<StageAsSet> {
  return stageAsSet(queries, owner, await readStageSettings(queries, owner.stage), box);
}

/**
 * A stage with these settings, which are its own as they are now; as {@link readStageAsSet}.
 * @throws AppError SNAPSHOT_NOT_SERIALIZABLE when a sealed secret cannot be opened, or a description cannot be read.
 */
export async function stageAsSet(
  queries: Queries,
  { service }: StageOfService,
  settings: StageSettings,
  box: SecretBox,
): Promise<StageAsSet> {
  const descriptions = await readMethodDescriptions(queries, service.id);
  const models = await readModels(queries, service.id);
  return {
    settings,
    resources: openResources(settings, box, 'SNAPSHOT_NOT_SERIALIZABLE'),
    documentation: documentationOf(settings.resources, descriptions, models),
    gatewayResponses: await readGatewayResponses(queries, service.id),
  };
}

/** The gateway responses that a service has redefined. */
export async function readGatewayResponses(queries: Queries, serviceId: string): Promise<CompilerGatewayResponse[]> {
  const rows = await listGatewayResponses(queries, serviceId);
  return rows.map(({ type, status, headers, body }) => ({
    type,
    status,
    headers: headers as CompilerGatewayResponse['headers'],
    bodies: body as CompilerGatewayResponse['bodies'],
  }));
}

/** The snapshot of a stage as it is now, its secrets in the clear. @throws AppError those of `compileSteps` */
export function compileStage(
  { service, stage }: StageOfService,
  { settings: { backendEndpointUrl, isAccessLogOn }, resources, gatewayResponses, documentation }: StageAsSet,
): Promise<Snapshot> {
  const input = {
    stageId: stage.id,
    serviceId: service.id,
    regionCode: service.regionCode,
    stageName: stage.name,
    backendEndpointUrl,
    accessLog: isAccessLogOn,
    resources,
    gatewayResponses,
    ...documentation,
  };
  return beginInSlices(compileSteps(input));
}
