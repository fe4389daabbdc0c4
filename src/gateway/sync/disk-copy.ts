import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ManifestStage, manifestSchema } from '../../contract/sync.js';
import { contentHash } from '../../kernel/canonical-json.js';
import { ensureFolder, putInPlace } from '../files.js';

/** Version of the files below. A newer one is left alone. */
const FILE_FORMAT_VERSION = 2;
const EXTENSION = '.json';
const STAGES_FOLDER = 'stages';

const content = { stage: manifestSchema.shape.stages.element, snapshot: z.unknown() };

/** Strict, so that damage to a version or to the name of a member does not make the one out of the other. */
const fileSchema = z.discriminatedUnion('formatVersion', [
  // Until version 2, only the snapshot had a hash.
  z.strictObject({ formatVersion: z.literal(1), ...content }),
  z.strictObject({ formatVersion: z.literal(FILE_FORMAT_VERSION), ...content, stageHash: z.string() }),
]);

/** A stage as it lies on disk. */
export interface StoredStage {
  readonly stage: ManifestStage;
  readonly snapshot: unknown;
}

/** The last good configuration on disk, one file per stage, so that a damaged one takes no other along. */
export class DiskCopy {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'gateway', STAGES_FOLDER);
  }

  /**
   * Reads what can be read. `onDamaged` hears of every file that cannot, and why.
   * A folder that is not there is an empty copy.
   */
  async read(onDamaged: (file: string, reason: unknown) => void): Promise<StoredStage[]> {
    const stages: StoredStage[] = [];
    const files = await this.list().catch((reason: unknown) => {
      onDamaged(STAGES_FOLDER, reason);
      return [];
    });
    for (const file of files.filter((name) => name.endsWith(EXTENSION)).toSorted()) {
      try {
        stages.push(readStored(await readFile(join(this.folder, file), 'utf8')));
      } catch (reason) {
        onDamaged(file, reason);
      }
    }
    return stages;
  }

  /** Writes a stage; a crash at any moment leaves the old file or the new one. */
  async write({ stage, snapshot }: StoredStage): Promise<void> {
    await ensureFolder(this.folder);
    const path = this.pathOf(stage.stageId);
    const draft = `${path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(
        JSON.stringify({ formatVersion: FILE_FORMAT_VERSION, stage, stageHash: contentHash(stage), snapshot }),
      );
      await file.sync();
    } finally {
      await file.close();
    }
    await putInPlace(draft, path);
    await this.syncFolder();
  }

  /** Removes a stage; one that is not there is fine. */
  async remove(stageId: string): Promise<void> {
    await rm(this.pathOf(stageId), { recursive: true, force: true });
  }

  private async list(): Promise<string[]> {
    await ensureFolder(this.folder);
    return readdir(this.folder);
  }

  private pathOf(stageId: string): string {
    return join(this.folder, encodeURIComponent(stageId) + EXTENSION);
  }

  private async syncFolder(): Promise<void> {
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

function readStored(text: string): StoredStage {
  const stored = fileSchema.parse(JSON.parse(text));
  const { stage, snapshot } = stored;
  if (stored.formatVersion !== 1 && contentHash(stage) !== stored.stageHash)
    throw new Error('the stage does not have the hash that was written with it');
  if (contentHash(snapshot) !== stage.snapshotHash)
    throw new Error('the snapshot does not have the hash that was written with it');
  return { stage, snapshot };
}
