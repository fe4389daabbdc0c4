import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const EXTENSION = '.json';
const DRAFT = '.new';
const NAME = /^(\d{15})-([0-9a-z]+)\.json$/;

/** A batch that waits to be sent. */
export interface SpooledBatch {
  readonly batchId: string;
  /** In milliseconds since 1970. */
  readonly createdAtMs: number;
}

/** Batches on disk, a file each. */
export class Spool {
  private readonly folder: string;

  constructor(dataDir: string) {
    this.folder = join(dataDir, 'gateway', 'usage');
  }

  /** What lies there, oldest first. */
  async list(): Promise<SpooledBatch[]> {
    await mkdir(this.folder, { recursive: true });
    const files = (await readdir(this.folder)).toSorted();
    // A draft is what a crash left of a batch that was never whole.
    for (const draft of files.filter((file) => file.endsWith(DRAFT))) await rm(join(this.folder, draft));
    return files.flatMap((file) => {
      const [, createdAtMs, batchId] = NAME.exec(file) ?? [];
      return createdAtMs && batchId ? [{ batchId, createdAtMs: Number(createdAtMs) }] : [];
    });
  }

  /** Writes a batch, in place of what was written of it before; a crash at any moment leaves the one or the other. */
  async write(batch: SpooledBatch, json: string): Promise<void> {
    const path = this.pathOf(batch);
    const file = await open(path + DRAFT, 'w', 0o600);
    try {
      await file.writeFile(json);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(path + DRAFT, path);
  }

  async read(batch: SpooledBatch): Promise<string> {
    return readFile(this.pathOf(batch), 'utf8');
  }

  /** Removes a batch; one that is not there is fine. */
  async remove(batch: SpooledBatch): Promise<void> {
    await rm(this.pathOf(batch), { force: true });
  }

  private pathOf({ batchId, createdAtMs }: SpooledBatch): string {
    return join(this.folder, `${String(createdAtMs).padStart(15, '0')}-${batchId}${EXTENSION}`);
  }
}
