import { Readable } from 'node:stream';
import { BodyTooLarge, MAX_BODY_BYTES } from '../../limits.js';

/** The body of a request as a stream; asks its connection for more when somebody reads. Fails when it grows too large. */
export class BodyStream extends Readable {
  /** Whether it holds as much as it should: more is to come only when it asks. */
  isFull = false;
  private bytes = 0;

  constructor(private readonly onWanted: () => void) {
    super();
    // It may fail while nobody reads it, as when its call waits for a connection; an error that nobody hears of would
    // end the process. Whoever reads it listens too.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.isFull = false;
    this.onWanted();
  }

  /** Takes a piece. */
  give(piece: Buffer): void {
    this.bytes += piece.length;
    if (this.bytes > MAX_BODY_BYTES) this.destroy(new BodyTooLarge());
    else if (!this.push(piece)) this.isFull = true;
  }
}
