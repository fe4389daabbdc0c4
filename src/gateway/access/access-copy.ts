import { join } from 'node:path';
import * as z from 'zod';
import { type AccessPage, accessPageSchema } from '../../contract/access.js';
import { errorFields, type Log } from '../log.js';
import { DamagedLog, RecordLog, RecordWithBytes } from '../record-log.js';
import { Access } from './access.js';
import type { AccessTable } from './access-table.js';
import { PACKED_KEYS_VERSION } from './packed-keys.js';

/**
 * The file is written anew when the changes in it are larger than this and than a share of the document: they are read
 * some ten times more slowly when the gateway starts.
 */
const MIN_CHANGES_BYTES = 1_000_000;
const CHANGES_SHARE = 1 / 8;
/** A gateway that ends writes the file anew when the changes in it are larger than this. */
const MAX_LEFT_BYTES = 100_000;

/** A page with packed keys behind it. A layout of another gateway's version is fetched anew. */
const packedPageSchema = accessPageSchema.extend({ packedKeysVersion: z.literal(PACKED_KEYS_VERSION) });

/** The access document on disk: a whole one, and the changes since. A change writes no more than itself. */
export class AccessCopy {
  private readonly records: RecordLog;
  private wholeBytes = 0;
  /** The file does not hold what the gateway knows, or in the form of an earlier version, and is to be written anew. */
  private isBehind = false;

  constructor(
    dataDir: string,
    private readonly log: Log,
  ) {
    this.records = new RecordLog(join(dataDir, 'gateway', 'access.records'));
  }

  /** What lies on disk. A damaged copy is left out with a log line, as half of it could let in whom the rest keeps out. */
  async load(): Promise<Access> {
    const access = new Access();
    try {
      await this.records.read((record, bytes) => {
        const page = (bytes ? packedPageSchema : accessPageSchema).parse(record);
        const taken = access.take(page, bytes);
        if (taken === 'whole') this.wholeBytes = this.records.bytes;
        if (taken === 'part' && page.keys.length > 0) this.isBehind = true;
      });
      if (!access.isBuilding) return access;
      this.log('warn', 'the stored access document was left out', { error: 'its end is missing' });
    } catch (error) {
      this.log('warn', 'the stored access document was left out', errorFields(error));
      if (!(error instanceof DamagedLog)) return new Access();
    }
    await this.records.remove().catch((error: unknown) => this.report(error));
    return new Access();
  }

  /** Writes changes behind what is there. Never rejects: what holds does not depend on the disk. */
  async append(page: AccessPage, access: Access): Promise<void> {
    const maxBytes = Math.max(this.wholeBytes * CHANGES_SHARE, MIN_CHANGES_BYTES);
    if (this.isBehind || this.changesBytes > maxBytes) return this.rewrite(access);
    await this.attempt(() => this.records.append([page]));
  }

  /** Writes all that is known. Never rejects. */
  async rewrite(access: Access): Promise<void> {
    const table = access.current;
    if (!table) return;
    // Until it is done, no change asks for it again.
    this.wholeBytes = Number.POSITIVE_INFINITY;
    await this.attempt(async () => {
      await this.records.rewrite(recordsOf(table));
      this.wholeBytes = this.records.bytes;
    });
  }

  /** Waits for what is being written, and leaves a file that the next start reads quickly. */
  async close(access: Access): Promise<void> {
    if (this.isBehind || this.changesBytes > MAX_LEFT_BYTES) await this.rewrite(access);
    await this.records.close();
  }

  /** Bytes of the changes behind the whole document. */
  private get changesBytes(): number {
    return this.records.bytes - this.wholeBytes;
  }

  private async attempt(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      this.isBehind = false;
    } catch (error) {
      this.isBehind = true;
      this.report(error);
    }
  }

  private report(error: unknown): void {
    this.log('error', 'the access document could not be stored', errorFields(error));
  }
}

function* recordsOf(table: AccessTable): Generator {
  for (const { page, packedKeys } of table.pages()) {
    if (!packedKeys) yield page;
    else yield new RecordWithBytes({ ...page, packedKeysVersion: PACKED_KEYS_VERSION }, packedKeys);
  }
}
