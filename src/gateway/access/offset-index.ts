/** The smallest table; a power of two, as all sizes are. */
const MIN_SLOTS = 1_024;

/** Whether what stands at an offset belongs to a key: the bytes of `source` from `start` to `end`. */
export type StandsAt = (offset: number, source: Uint8Array, start: number, end: number) => boolean;

/**
 * Offsets by keys that are bytes: a hash table of numbers, in which a hundred thousand entries are two pieces of memory
 * and not as many objects. It holds no keys: `standsAt` looks them up where the offsets point.
 */
export class OffsetIndex {
  private hashes: Uint32Array;
  /** One more than the offset; 0 is a free slot. */
  private places: Uint32Array;
  private count = 0;

  /** `expectedCount` keys find room without that it has to grow. */
  constructor(
    private readonly standsAt: StandsAt,
    expectedCount = 0,
  ) {
    let slots = MIN_SLOTS;
    while (slots < expectedCount * 2) slots *= 2;
    this.hashes = new Uint32Array(slots);
    this.places = new Uint32Array(slots);
  }

  /** Number of keys. */
  get size(): number {
    return this.count;
  }

  /** The offset of a key; -1 when it is not there. */
  find(hash: number, source: Uint8Array, start: number, end: number): number {
    return (this.places[this.slotOf(hash, source, start, end)] ?? 0) - 1;
  }

  /** Sets the offset of a key, in the place of another one that it may have. */
  set(hash: number, offset: number, source: Uint8Array, start: number, end: number): void {
    const slot = this.slotOf(hash, source, start, end);
    const isNew = this.places[slot] === 0;
    this.hashes[slot] = hash;
    this.places[slot] = offset + 1;
    if (!isNew) return;
    this.count += 1;
    if (this.count * 2 > this.places.length) this.resize(this.places.length * 2);
  }

  /** Removes a key; one that is not there is fine. */
  delete(hash: number, source: Uint8Array, start: number, end: number): void {
    const last = this.places.length - 1;
    let free = this.slotOf(hash, source, start, end);
    if (this.places[free] === 0) return;
    this.count -= 1;
    // What stands behind moves up, unless it would then stand before the slot where its search begins.
    for (let slot = (free + 1) & last; this.places[slot] !== 0; slot = (slot + 1) & last) {
      const first = (this.hashes[slot] ?? 0) & last;
      if (((slot - first) & last) < ((slot - free) & last)) continue;
      this.move(slot, free);
      free = slot;
    }
    this.places[free] = 0;
  }

  /** The slot of a key, or the free one where it would stand. */
  private slotOf(hash: number, source: Uint8Array, start: number, end: number): number {
    const { hashes, places } = this;
    const last = places.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const place = places[slot] ?? 0;
      if (place === 0 || (hashes[slot] === hash && this.standsAt(place - 1, source, start, end))) return slot;
    }
  }

  private move(from: number, to: number): void {
    this.hashes[to] = this.hashes[from] ?? 0;
    this.places[to] = this.places[from] ?? 0;
  }

  private resize(slots: number): void {
    const { hashes, places } = this;
    this.hashes = new Uint32Array(slots);
    this.places = new Uint32Array(slots);
    for (let from = 0; from < places.length; from += 1) {
      const place = places[from] ?? 0;
      if (place === 0) continue;
      const hash = hashes[from] ?? 0;
      let slot = hash & (slots - 1);
      while (this.places[slot] !== 0) slot = (slot + 1) & (slots - 1);
      this.hashes[slot] = hash;
      this.places[slot] = place;
    }
  }
}
