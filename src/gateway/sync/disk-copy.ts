import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ManifestStage, manifestSchema } from '../../contract/sync.js';
import { contentHash } from '../../kernel/canonical-json.js';

/** Version of the files below. A newer one is left alone. */
const FILE_FORMAT_VERSION = 1;
const EXTENSION = '.json';

const fileSchema = z.object({
  formatVersion: z.literal(FILE_FORMAT_VERSION),
  stage: manifestSchema.shape.stages.element,
  snapshot: z.unknown(),
});

/** A stage as it lies on disk. */
export interface StoredStage {
  readonly stage: ManifestStage;
  readonly snapshot: unknown;
}

/** The last good configuration on disk, one file per stage, so that a damaged one takes no other along. */
export class DiskCopy {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'gateway', 'stages');
  }

  /**
   * Reads what can be read. `onDamaged` hears of every file that cannot, and why.
   * A folder that is not there is an empty copy.
   */
  async read(onDamaged: (file: string, reason: unknown) => void): Promise<StoredStage[]> {
    await mkdir(this.folder, { recursive: true });
    const stages: StoredStage[] = [];
    const files = await readdir(this.folder);
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
    const path = this.pathOf(stage.stageId);
    const draft = `${path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify({ formatVersion: FILE_FORMAT_VERSION, stage, snapshot }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await this.syncFolder();
  }

  /** Removes a stage; one that is not there is fine. */
  async remove(stageId: string): Promise<void> {
    await rm(this.pathOf(stageId), { force: true });
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
  const { stage, snapshot } = fileSchema.parse(JSON.parse(text));
  if (contentHash(snapshot) !== stage.snapshotHash)
    throw new Error('the snapshot does not have the hash that was written with it');
  return { stage, snapshot };
}
