import { promisify } from 'node:util';
import { deflateRaw, deflateRawSync, inflateRaw } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { Database, type Queries, type SqlPart } from '../../../database/index.js';
import { SecretBox } from '../../../kernel/secret-box.js';
import { refuseKey } from './idempotency-key.rules.js';
import {
  carryOut,
  carryOutAndKeep,
  claimKey,
  findAnswer,
  improveAnswer,
  type KeyedCall,
} from './idempotency.queries.js';

const compress = promisify(deflateRaw);
const expand = promisify(inflateRaw);

/** An answer up to this size is not compressed: to make the tables for that is a twentieth of a whole creation. */
const SMALL_BYTES = 1024;
/** An answer up to this length is compressed at once: another thread costs more than the work does. */
const SHORT_LENGTH = 8192;
/** The window and the tables that an answer of that length fills; those for any length take longer to make. */
const FOR_SHORT = { windowBits: 13, memLevel: 5 } as const;

/** Keeps the answers to calls with an Idempotency-Key, and gives them again. */
@Injectable()
export class IdempotencyService {
  private readonly running = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /** Runs `work`, unless another call with the key runs in this process. @throws AppError DUPLICATE_REQUEST */
  async alone<T>(call: KeyedCall, work: () => Promise<T>): Promise<T> {
    const name = JSON.stringify([call.scope, call.key]);
    if (this.running.has(name)) refuseRunning();
    this.running.add(name);
    try {
      return await work();
    } finally {
      this.running.delete(name);
    }
  }

  /**
   * The answer that the call had before; null when it is new.
   * @throws AppError DUPLICATE_REQUEST when another call had the key
   */
  async find(call: KeyedCall): Promise<object | null> {
    const { scope, key } = call;
    const kept = await findAnswer(this.database.client, { scope, key });
    if (!kept) return null;
    if (kept.fingerprint !== call.fingerprint) refuseKey('was used with another call');
    const bytes = await expand(Buffer.from(this.box.open(kept.sealed), 'base64'));
    return JSON.parse(bytes.toString('utf8')) as object;
  }

  /** Keeps others with the key out until the transaction ends. @throws AppError DUPLICATE_REQUEST when one is in */
  async claim(queries: Queries, call: KeyedCall): Promise<void> {
    if (!(await claimKey(queries, call))) refuseRunning();
  }

  /**
   * Carries the last statement of a change out and keeps the answer with it, where the call has a key.
   * @throws AppError DUPLICATE_REQUEST when a call with the key has ended since this one looked for its answer
   */
  async end(queries: Queries, statement: SqlPart, call: KeyedCall | null, answer: unknown): Promise<void> {
    if (!call) return carryOut(queries, statement);
    if (!(await carryOutAndKeep(queries, statement, call, await this.seal(answer)))) refuseRunning();
  }

  /** Keeps a better answer to a call whose change is made. */
  async improve(call: KeyedCall, answer: unknown): Promise<void> {
    await improveAnswer(this.database.client, call, await this.seal(answer));
  }

  private async seal(answer: unknown): Promise<string> {
    const text = JSON.stringify(answer);
    return this.box.seal((await packed(text)).toString('base64'));
  }
}

/** A text in the form of DEFLATE (RFC 1951), which every version of this program can read. */
async function packed(text: string): Promise<Buffer> {
  const bytes = Buffer.from(text);
  if (bytes.length <= SMALL_BYTES) return storedBlock(bytes);
  return text.length <= SHORT_LENGTH ? deflateRawSync(bytes, FOR_SHORT) : compress(bytes);
}

/** The last block of a stream, not compressed (RFC 1951, 3.2.4). */
function storedBlock(bytes: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(1, 0);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(~bytes.length & 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

function refuseRunning(): never {
  return refuseKey('is in use by a call that has not ended');
}
