import type { AccessKey } from '../../contract/access.js';
import { OffsetIndex } from './offset-index.js';

/** A key as requests need it. */
export type KnownKey = Omit<AccessKey, 'hashes'>;

/** Version of the layout below; see docs/decisions/0022-start-from-disk.md. */
export const PACKED_KEYS_VERSION = 1;

/**
 * A packed key: four numbers of 4 bytes (length of all, 1 if active, number of hashes, length of the id), the hashes,
 * the id, and the plans as JSON.
 */
const ACTIVE_AT = 4;
const HASH_COUNT_AT = 8;
const ID_LENGTH_AT = 12;
const HASHES_AT = 16;
const HASH_BYTES = 32;

const MIN_BYTES = 64 * 1024;
/** What a key with two values and one plan takes about, to make indexes of the right size. */
const USUAL_KEY_BYTES = 140;
const USUAL_HASHES = 2;
/** Memory of replaced keys is given back when it is more than this and than half of all. */
const MIN_GARBAGE_BYTES = 1_000_000;
const GROWTH = 1.5;

/**
 * API keys, one behind the other in one piece of memory, which is also what lies on disk. As objects, a hundred thousand
 * keys take five times the memory, and a gateway half a second of its start to make them; as bytes they are read as
 * they are, and only a key that is asked for becomes an object.
 * Bytes that are written do not change any more, so that they can be stored while keys are set.
 */
export class PackedKeys {
  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  private garbageBytes = 0;
  private byHash = this.newHashIndex(0);
  private byId = this.newIdIndex(0);

  /** Number of keys. */
  get size(): number {
    return this.byId.size;
  }

  /**
   * Keys as {@link packed} gave them. The bytes become part of it: they must not change.
   * @throws Error when they are not whole
   */
  static of(packed: Buffer): PackedKeys {
    const keys = new PackedKeys();
    keys.takeAll(packed);
    return keys;
  }

  /** All keys, packed. */
  packed(): Buffer {
    if (this.garbageBytes > 0) this.compact();
    return this.bytes.subarray(0, this.end);
  }

  /** Sets a key, in the place of the one with its id. */
  set(key: AccessKey): void {
    const id = Buffer.from(key.id, 'utf8');
    this.remove(id);
    const plans = Buffer.from(JSON.stringify(key.plans), 'utf8');
    // No value has another hash.
    const hashes = key.hashes
      .map((hash) => Buffer.from(hash, 'base64url'))
      .filter(({ length }) => length === HASH_BYTES);
    const head = Buffer.alloc(HASHES_AT);
    head.writeUInt32LE(HASHES_AT + hashes.length * HASH_BYTES + id.length + plans.length);
    head.writeUInt32LE(key.isActive ? 1 : 0, ACTIVE_AT);
    head.writeUInt32LE(hashes.length, HASH_COUNT_AT);
    head.writeUInt32LE(id.length, ID_LENGTH_AT);
    const start = this.end;
    for (const part of [head, ...hashes, id, plans]) this.append(part);
    this.takeIn(start);
    if (this.garbageBytes > Math.max(this.end / 2, MIN_GARBAGE_BYTES)) this.compact();
  }

  /** Removes a key by its id; one that is not there is fine. */
  delete(id: string): void {
    this.remove(Buffer.from(id, 'utf8'));
  }

  /** The key with a value of this hash; null when there is none. */
  findByHash(hash: Buffer): KnownKey | null {
    const offset = this.byHash.find(hash.readUInt32LE(), hash, 0, hash.length);
    if (offset < 0) return null;
    const idAt = this.idAt(offset);
    const plansAt = idAt + this.bytes.readUInt32LE(offset + ID_LENGTH_AT);
    return {
      id: this.bytes.toString('utf8', idAt, plansAt),
      isActive: this.bytes.readUInt32LE(offset + ACTIVE_AT) === 1,
      plans: JSON.parse(this.bytes.toString('utf8', plansAt, this.endOf(offset))) as AccessKey['plans'],
    };
  }

  /** Notes what stands from an offset on. */
  private takeIn(start: number): void {
    let next = start;
    for (let offset = start; offset < this.end; offset = next) {
      next = this.endOf(offset);
      const idAt = this.idAt(offset);
      const plansAt = idAt + this.bytes.readUInt32LE(offset + ID_LENGTH_AT);
      if (plansAt > next || next > this.end) throw new Error(`the packed key at byte ${offset} is not whole`);
      for (let at = offset + HASHES_AT; at < idAt; at += HASH_BYTES) {
        this.byHash.set(this.bytes.readUInt32LE(at), offset, this.bytes, at, at + HASH_BYTES);
      }
      this.byId.set(hashOf(this.bytes, idAt, plansAt), offset, this.bytes, idAt, plansAt);
    }
  }

  private remove(id: Buffer): void {
    const hash = hashOf(id, 0, id.length);
    const offset = this.byId.find(hash, id, 0, id.length);
    if (offset < 0) return;
    this.byId.delete(hash, id, 0, id.length);
    const { bytes } = this;
    const idAt = this.idAt(offset);
    for (let at = offset + HASHES_AT; at < idAt; at += HASH_BYTES) {
      const valueHash = bytes.readUInt32LE(at);
      // A value that another key has taken over is that one's.
      if (this.byHash.find(valueHash, bytes, at, at + HASH_BYTES) !== offset) continue;
      this.byHash.delete(valueHash, bytes, at, at + HASH_BYTES);
    }
    this.garbageBytes += this.endOf(offset) - offset;
  }

  private append(part: Buffer): void {
    const end = this.end + part.length;
    if (end > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(end, Math.ceil(this.bytes.length * GROWTH), MIN_BYTES));
      this.bytes.copy(grown, 0, 0, this.end);
      this.bytes = grown;
    }
    part.copy(this.bytes, this.end);
    this.end = end;
  }

  /** Leaves out what was replaced and removed. */
  private compact(): void {
    const { bytes, byId } = this;
    const kept = Buffer.allocUnsafeSlow(this.end - this.garbageBytes);
    let keptEnd = 0;
    for (let offset = 0; offset < this.end; offset = this.endOf(offset)) {
      const idAt = this.idAt(offset);
      const plansAt = idAt + bytes.readUInt32LE(offset + ID_LENGTH_AT);
      if (byId.find(hashOf(bytes, idAt, plansAt), bytes, idAt, plansAt) !== offset) continue;
      keptEnd += bytes.copy(kept, keptEnd, offset, this.endOf(offset));
    }
    this.takeAll(kept);
  }

  private takeAll(packed: Buffer): void {
    const count = Math.ceil(packed.length / USUAL_KEY_BYTES);
    this.byHash = this.newHashIndex(count * USUAL_HASHES);
    this.byId = this.newIdIndex(count);
    this.bytes = packed;
    this.end = packed.length;
    this.garbageBytes = 0;
    this.takeIn(0);
  }

  private endOf(offset: number): number {
    return offset + this.bytes.readUInt32LE(offset);
  }

  private idAt(offset: number): number {
    return offset + HASHES_AT + this.bytes.readUInt32LE(offset + HASH_COUNT_AT) * HASH_BYTES;
  }

  private newHashIndex(expectedCount: number): OffsetIndex {
    return new OffsetIndex((offset, source, start, end) => {
      const idAt = this.idAt(offset);
      for (let at = offset + HASHES_AT; at < idAt; at += HASH_BYTES) {
        if (this.bytes.compare(source, start, end, at, at + HASH_BYTES) === 0) return true;
      }
      return false;
    }, expectedCount);
  }

  private newIdIndex(expectedCount: number): OffsetIndex {
    return new OffsetIndex((offset, source, start, end) => {
      const idAt = this.idAt(offset);
      const idEnd = idAt + this.bytes.readUInt32LE(offset + ID_LENGTH_AT);
      return this.bytes.compare(source, start, end, idAt, idEnd) === 0;
    }, expectedCount);
  }
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a: ids are the control plane's, nobody else can choose them to fall together. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = FNV_OFFSET;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
  return hash >>> 0;
}
