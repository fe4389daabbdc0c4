import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureFolder, putInPlace } from '../files.js';

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
    await ensureFolder(this.folder);
    const entries = await readdir(this.folder, { withFileTypes: true });
    // A folder under a batch's name can never be read, and would hold up all batches behind it.
    const files = entries.flatMap((entry) => (entry.isFile() ? [entry.name] : [])).toSorted();
    // A draft is what a crash left of a batch that was never whole.
    for (const draft of files.filter((file) => file.endsWith(DRAFT)))
      await rm(join(this.folder, draft), { recursive: true });
    return files.flatMap((file) => {
      const [, createdAtMs, batchId] = NAME.exec(file) ?? [];
      return createdAtMs && batchId ? [{ batchId, createdAtMs: Number(createdAtMs) }] : [];
    });
  }

  /** Writes a batch, in place of what was written of it before; a crash at any moment leaves the one or the other. */
  async write(batch: SpooledBatch, json: string): Promise<void> {
    await ensureFolder(this.folder);
    const path = this.pathOf(batch);
    const file = await open(path + DRAFT, 'w', 0o600);
    try {
      await file.writeFile(json);
      await file.sync();
    } finally {
      await file.close();
    }
    await putInPlace(path + DRAFT, path);
  }

  async read(batch: SpooledBatch): Promise<string> {
    return readFile(this.pathOf(batch), 'utf8');
  }

  /** Removes a batch; one that is not there is fine. */
  async remove(batch: SpooledBatch): Promise<void> {
    await rm(this.pathOf(batch), { recursive: true, force: true });
  }

  private pathOf({ batchId, createdAtMs }: SpooledBatch): string {
    return join(this.folder, `${String(createdAtMs).padStart(15, '0')}-${batchId}${EXTENSION}`);
  }
}
