import { type FileHandle, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { putInPlace } from './files.js';

const LINE_END = 0x0a;
const CHECKSUM_LENGTH = 8;

/** A file that holds something other than what was written. */
export class DamagedLog extends Error {}

/**
 * A file of JSON records, one a line behind its checksum. Records are appended, or take the place of all that was
 * there. A crash at any moment leaves every record whole that was written before. Operations run one after the other.
 */
export class RecordLog {
  private last: Promise<unknown> = Promise.resolve();
  private file: FileHandle | null = null;
  private end = 0;

  constructor(private readonly path: string) {}

  /** Bytes of the file as far as it is whole. */
  get bytes(): number {
    return this.end;
  }

  /**
   * Gives every record to `take`, oldest first. A last record that was cut off while it was written is dropped.
   * @throws DamagedLog for any other damage, also when `take` throws.
   */
  read(take: (record: unknown) => void): Promise<void> {
    return this.inTurn(async () => {
      const content = await readIfThere(this.path);
      this.end = 0;
      while (this.end < content.length) {
        const lineEnd = content.indexOf(LINE_END, this.end);
        if (lineEnd < 0) return;
        const isLast = lineEnd === content.length - 1;
        const json = content.subarray(this.end + CHECKSUM_LENGTH + 1, lineEnd);
        if (content.toString('latin1', this.end, this.end + CHECKSUM_LENGTH) !== checksum(json)) {
          if (isLast) return;
          throw new DamagedLog(`the record at byte ${this.end} is damaged`);
        }
        try {
          take(JSON.parse(json.toString('utf8')));
        } catch (cause) {
          throw new DamagedLog(`the record at byte ${this.end} does not fit`, { cause });
        }
        this.end = lineEnd + 1;
        await nextTurn();
      }
    });
  }

  /** Appends records; when this resolves they outlive a crash of the machine. */
  append(records: Iterable<unknown>): Promise<void> {
    return this.inTurn(async () => {
      this.file ??= await this.openForAppending();
      try {
        this.end = await writeRecords(this.file, this.end, records);
        await this.file.datasync();
      } catch (error) {
        // What was half written is cut off when the file is opened again.
        await this.closeFile();
        throw error;
      }
    });
  }

  /** Puts records in the place of all that was there. */
  rewrite(records: Iterable<unknown>): Promise<void> {
    return this.inTurn(async () => {
      await mkdir(dirname(this.path), { recursive: true });
      const draft = `${this.path}.new`;
      const file = await open(draft, 'w', 0o600);
      let end = 0;
      try {
        end = await writeRecords(file, 0, records);
        await file.datasync();
      } finally {
        await file.close();
      }
      await putInPlace(draft, this.path);
      await this.closeFile();
      this.end = end;
    });
  }

  /** Removes the file; one that is not there is fine. */
  remove(): Promise<void> {
    return this.inTurn(async () => {
      await this.closeFile();
      await rm(this.path, { recursive: true, force: true });
      this.end = 0;
    });
  }

  /** Waits for what was asked for. */
  close(): Promise<void> {
    return this.inTurn(() => this.closeFile());
  }

  private inTurn<Result>(operation: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(operation, operation);
    // Whoever asked for it hears of a failure; it does not concern the next operation.
    this.last = result.catch(() => null);
    return result;
  }

  private async openForAppending(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await open(this.path, 'a', 0o600);
    await file.truncate(this.end);
    return file;
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.close();
  }
}

/** Writes at the end of a file that is `end` bytes long, record by record, and gives its new end. */
async function writeRecords(file: FileHandle, end: number, records: Iterable<unknown>): Promise<number> {
  let written = end;
  for (const record of records) {
    const json = Buffer.from(JSON.stringify(record), 'utf8');
    const line = Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.of(LINE_END)]);
    await file.writeFile(line);
    written += line.length;
  }
  return written;
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
