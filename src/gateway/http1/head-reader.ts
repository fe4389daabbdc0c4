import type { HeadText } from './head.js';

const HEAD_END = Buffer.from('\r\n\r\n');

/** A head that has come whole, and the bytes behind it; null when there are none. */
export interface WholeHead extends HeadText {
  readonly rest: Buffer | null;
}

/** Collects the bytes of a head until it is whole. */
export class HeadReader {
  private held: Buffer | null = null;
  private isTooLarge = false;

  constructor(private readonly maxBytes: number) {}

  /** Whether a head has begun that is not whole. */
  get isBegun(): boolean {
    return this.held !== null;
  }

  /** Whether more has come than a head may have. */
  get isOverflown(): boolean {
    return this.isTooLarge;
  }

  /**
   * Takes bytes. Gives the head, each line of it with its CR LF but without the empty line, and the bytes behind it;
   * null as long as it is not whole.
   */
  take(bytes: Buffer): WholeHead | null {
    const before = this.held?.length ?? 0;
    const all = this.held ? Buffer.concat([this.held, bytes]) : bytes;
    const end = all.indexOf(HEAD_END, Math.max(0, before - 3));
    if (end < 0 || end > this.maxBytes) {
      this.isTooLarge = end > this.maxBytes || all.length > this.maxBytes;
      // A copy: what a socket has read may share its memory with much more.
      this.held = this.held ? all : Buffer.from(all);
      return null;
    }
    this.held = null;
    const rest = end + 4 < all.length ? all.subarray(end + 4) : null;
    return { text: all.toString('latin1', 0, end + 2), bytes: all, rest };
  }
}
