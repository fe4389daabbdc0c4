import * as z from 'zod';
import { mapSnapshotSecrets } from '../../contract/snapshot-secrets.js';
import { type Snapshot, SNAPSHOT_FORMAT_VERSION, snapshotSchema } from '../../contract/snapshot.js';
import { AppError } from '../../errors/index.js';
import type { SecretBox } from '../../kernel/secret-box.js';
import { type StageSettings, stageSettingsSchema } from '../stages/index.js';
import type { DeploymentBodies } from './deployments.queries.js';
import { type Documentation, documentationSchema } from './documentation.js';

/** A snapshot of another version is read too: gateway responses are what they were. */
const snapshotHead = snapshotSchema.pick({ gatewayResponses: true }).extend({ formatVersion: z.int() });

/** So are the paths. */
const servedSnapshot = snapshotSchema.extend({ formatVersion: z.int() });

/** A gateway response that a service has redefined, as snapshots have it. */
export type SnapshotGatewayResponse = z.output<typeof snapshotHead>['gatewayResponses'][number];

/** What a deployment keeps, read and checked. */
export interface StoredDeployment {
  readonly id: string;
  readonly deployedAt: Date;
  readonly settings: StageSettings;
  readonly documentation: Documentation;
  readonly gatewayResponses: readonly SnapshotGatewayResponse[];
  /** Version of the snapshot. */
  readonly formatVersion: number;
}

/** Reads what a deployment keeps. @throws AppError SNAPSHOT_UNREADABLE */
export function readDeployment({
  id,
  deployedAt,
  settings,
  documentation,
  snapshotHead: head,
}: DeploymentBodies): StoredDeployment {
  return {
    id,
    deployedAt,
    settings: readSettings(settings),
    documentation: readAs(documentationSchema, documentation),
    ...readAs(snapshotHead, head),
  };
}

/** Reads the settings that a deployment keeps. @throws AppError SNAPSHOT_UNREADABLE */
export function readSettings(settings: unknown): StageSettings {
  return readAs(stageSettingsSchema, settings);
}

/** The same from their JSON. @throws AppError SNAPSHOT_UNREADABLE */
export function readSettingsText(text: string): StageSettings {
  return readSettings(JSON.parse(text));
}

/** Reads the paths of the snapshot that a deployment keeps, secrets in the clear. @throws AppError SNAPSHOT_UNREADABLE */
export function readServedPaths(document: unknown, box: SecretBox): Pick<Snapshot, 'paths'> {
  const snapshot = { ...readAs(servedSnapshot, document), formatVersion: SNAPSHOT_FORMAT_VERSION } as const;
  try {
    return mapSnapshotSecrets(snapshot, (secret) => box.open(secret));
  } catch (cause) {
    throw new AppError('SNAPSHOT_UNREADABLE', [], { cause });
  }
}

function readAs<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError('SNAPSHOT_UNREADABLE', [], { cause: parsed.error });
}
