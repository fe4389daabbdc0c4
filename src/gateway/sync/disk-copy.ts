import { createHash } from 'node:crypto';
import { open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { type ManifestStage, manifestSchema } from '../../contract/sync.js';
import { canonicalJson, canonicalPartsSteps, contentHash } from '../../kernel/canonical-json.js';
import { runInSlices, type Steps } from '../../kernel/steps.js';
import { ensureFolder, putInPlace } from '../files.js';
import { errorFields, type Log } from '../log.js';

/** Version of the files below. A newer one is left alone. */
const FILE_FORMAT_VERSION = 3;
const LINE_END = '\n';
const EXTENSION = '.json';
const STAGES_FOLDER = 'stages';

const members = { stage: manifestSchema.shape.stages.element, snapshot: z.unknown() };

/** Strict, so that damage to a version or to the name of a member does not make the one out of the other. */
const fileSchema = z.discriminatedUnion('formatVersion', [
  // Until version 2, only the snapshot had a hash.
  z.strictObject({ formatVersion: z.literal(1), ...members }),
  // Until version 3, the hashes were those of the contents, which take longer to reckon than all else of reading.
  z.strictObject({ formatVersion: z.literal(2), ...members, stageHash: z.string() }),
  // One line, and the hash of its bytes (SHA-256) in a second one.
  z.strictObject({ formatVersion: z.literal(FILE_FORMAT_VERSION), ...members, origins: z.array(z.string()) }),
]);

/** A stage as it lies on disk. */
export interface StoredStage {
  readonly stage: ManifestStage;
  readonly snapshot: unknown;
  /** Scheme, host and port of all that its routes may call; null in files of before. */
  readonly origins: ReadonlySet<string> | null;
}

/** A stage that is to be stored. */
type WholeStage = StoredStage & { readonly origins: ReadonlySet<string> };

/** The last good configuration on disk, one file per stage, so that a damaged one takes no other along. */
export class DiskCopy {
  private readonly folder: string;

  constructor(
    dataDir: string,
    private readonly log: Log,
  ) {
    this.folder = join(dataDir, 'gateway', STAGES_FOLDER);
  }

  /** Reads what can be read; what cannot is left out with a log line. A folder that is not there is an empty copy. */
  async read(): Promise<StoredStage[]> {
    const stages: StoredStage[] = [];
    const files = await this.list().catch((reason: unknown) => {
      noteLeftOut(this.log, STAGES_FOLDER, reason);
      return [];
    });
    for (const file of files.filter((name) => name.endsWith(EXTENSION)).toSorted()) {
      try {
        stages.push(readStored(await readFile(join(this.folder, file))));
      } catch (reason) {
        noteLeftOut(this.log, file, reason);
      }
    }
    return stages;
  }

  /**
   * Writes a stage, beside requests; a crash at any moment leaves the old file or the new one. `textOf` gives the canonical
   * JSON of parts of the snapshot.
   */
  async write(stored: WholeStage, textOf: (part: unknown) => string = canonicalJson): Promise<void> {
    await ensureFolder(this.folder);
    const content = await runInSlices(contentSteps(stored, textOf));
    const path = this.pathOf(stored.stage.stageId);
    const draft = `${path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(content);
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

/** Says that a stage, or the folder of all, could not be taken from the disk. */
export function noteLeftOut(log: Log, file: string, reason: unknown): void {
  log('warn', 'a stored stage was left out', { file, ...errorFields(reason) });
}

/** What a file holds. */
function* contentSteps({ stage, snapshot, origins }: WholeStage, textOf: (part: unknown) => string): Steps<Buffer> {
  const parts: Buffer[] = [];
  const hash = createHash('sha256');
  const add = (text: string): void => {
    const part = Buffer.from(text);
    hash.update(part);
    parts.push(part);
  };
  add(
    `${JSON.stringify({ formatVersion: FILE_FORMAT_VERSION, stage, origins: [...origins] }).slice(0, -1)},"snapshot":`,
  );
  yield* canonicalPartsSteps(snapshot, add, textOf);
  add('}');
  return Buffer.concat([...parts, Buffer.from(LINE_END + hash.digest('hex') + LINE_END)]);
}

function readStored(file: Buffer): StoredStage {
  const lineEnd = file.indexOf(LINE_END);
  const line = lineEnd < 0 ? file : file.subarray(0, lineEnd);
  if (lineEnd >= 0 && file.toString('latin1', lineEnd + 1) !== sha256(line) + LINE_END)
    throw new Error('the file does not have the hash that was written with it');
  const stored = fileSchema.parse(JSON.parse(line.toString('utf8')));
  const { stage, snapshot } = stored;
  if (stored.formatVersion === FILE_FORMAT_VERSION) {
    if (lineEnd < 0) throw new Error('the file has no hash');
    return { stage, snapshot, origins: new Set(stored.origins) };
  }
  if (stored.formatVersion === 2 && contentHash(stage) !== stored.stageHash)
    throw new Error('the stage does not have the hash that was written with it');
  if (contentHash(snapshot) !== stage.snapshotHash)
    throw new Error('the snapshot does not have the hash that was written with it');
  return { stage, snapshot, origins: null };
}

function sha256(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
