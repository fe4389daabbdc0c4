import { type Readable, Transform, type TransformCallback } from 'node:stream';

/** Largest request and response body, in bytes. Source: the console guide's constraints of API calls (10 MB). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The error of a stream that carries more than {@link MAX_BODY_BYTES}. */
export class BodyTooLarge extends Error {
  constructor() {
    super('the body is too large');
  }
}

/** Passes a body on and fails with {@link BodyTooLarge} when it grows too large. */
class LimitedBody extends Transform {
  private bytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_BODY_BYTES) done(new BodyTooLarge());
    else done(null, chunk);
  }
}

/**
 * A body that fails with {@link BodyTooLarge} when it grows too large, and with the source's error when that fails.
 * Destroying it leaves the source whole.
 */
export function limited(source: Readable): Readable {
  const body = new LimitedBody();
  source.once('error', (error) => body.destroy(error));
  body.once('close', () => source.unpipe(body));
  source.pipe(body);
  return body;
}
