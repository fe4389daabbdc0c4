import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { putInPlace } from './files.js';

const LINE_END = 0x0a;
const CHECKSUM_LENGTH = 8;
/** Behind the checksum of a record with bytes; their number follows. */
const BYTES_MARK = '+';

/** A file that holds something other than what was written. */
export class DamagedLog extends Error {}

/**
 * A record with bytes that are written behind its line as they are. Not to be appended: that its end is missing is taken
 * for damage and not for a crash.
 */
export class RecordWithBytes {
  constructor(
    readonly record: unknown,
    readonly bytes: Buffer,
  ) {}
}

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
  read(take: (record: unknown, bytes: Buffer | null) => void): Promise<void> {
    return this.inTurn(async () => {
      const content = await readIfThere(this.path);
      this.end = 0;
      while (this.end < content.length) {
        const found = recordAt(content, this.end);
        if (!found) return;
        try {
          take(JSON.parse(found.json.toString('utf8')), found.bytes);
        } catch (cause) {
          throw new DamagedLog(`the record at byte ${this.end} does not fit`, { cause });
        }
        this.end = found.end;
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
    const isPlain = !(record instanceof RecordWithBytes);
    const json = Buffer.from(JSON.stringify(isPlain ? record : record.record), 'utf8');
    const bytes = isPlain ? NO_BYTES : record.bytes;
    const mark = isPlain ? '' : `${BYTES_MARK}${bytes.length}`;
    const line = Buffer.concat([Buffer.from(`${checksum(json, bytes)}${mark} `), json, Buffer.of(LINE_END)]);
    await file.writeFile(line);
    if (!isPlain) await file.writeFile(bytes);
    written += line.length + bytes.length;
  }
  return written;
}

interface FoundRecord {
  readonly json: Buffer;
  readonly bytes: Buffer | null;
  readonly end: number;
}

const NO_BYTES = Buffer.alloc(0);

/** The record at a place; null for a last one that was cut off. @throws DamagedLog */
function recordAt(content: Buffer, at: number): FoundRecord | null {
  const lineEnd = content.indexOf(LINE_END, at);
  if (lineEnd < 0) return null;
  const headEnd = content.indexOf(' ', at, 'latin1');
  const head = content.toString('latin1', at, headEnd < 0 || headEnd > lineEnd ? lineEnd : headEnd);
  const json = content.subarray(at + head.length + 1, lineEnd);
  const hasBytes = head[CHECKSUM_LENGTH] === BYTES_MARK;
  const byteCount = hasBytes ? Number(head.slice(CHECKSUM_LENGTH + 1)) : 0;
  const end = lineEnd + 1 + byteCount;
  const bytes = content.subarray(lineEnd + 1, end);
  const isWhole = bytes.length === byteCount && head.slice(0, CHECKSUM_LENGTH) === checksum(json, bytes);
  if (isWhole) return { json, bytes: hasBytes ? bytes : null, end };
  if (!hasBytes && lineEnd === content.length - 1) return null;
  throw new DamagedLog(`the record at byte ${at} is damaged`);
}

function checksum(json: Buffer, bytes: Buffer): string {
  return crc32(bytes, crc32(json)).toString(16).padStart(CHECKSUM_LENGTH, '0');
}

/** In one read: by default the file would be read in pieces that are joined, each after a wait of its own. */
async function readIfThere(path: string): Promise<Buffer> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NO_BYTES;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const content = Buffer.allocUnsafeSlow(size);
    const { bytesRead } = await file.read(content, 0, size, 0);
    return content.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
