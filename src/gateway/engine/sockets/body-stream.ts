import { Readable } from 'node:stream';

/** The body of a request as a stream; asks its connection for more when somebody reads. */
export class BodyStream extends Readable {
  constructor(private readonly onWanted: () => void) {
    super();
  }

  override _read(): void {
    this.onWanted();
  }
}
