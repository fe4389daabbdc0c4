import { Transform, type TransformCallback } from 'node:stream';
import type { RequestBody } from './exchange.js';

/** Largest request and response body, in bytes. Source: the console guide's constraints of API calls (10 MB). */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** The error of a stream that carries more than {@link MAX_BODY_BYTES}. */
export class BodyTooLarge extends Error {}

/** Passes a body on and fails with {@link BodyTooLarge} when it grows too large. */
class LimitedBody extends Transform {
  private bytes = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > MAX_BODY_BYTES) done(new BodyTooLarge('the body is too large'));
    else done(null, chunk);
  }
}

/**
 * Begins to read a request body. The stream fails with {@link BodyTooLarge} when it grows too large, and with the
 * engine's error when the client goes away. Destroying it leaves the client's connection whole.
 */
export function openLimited(body: RequestBody): Transform {
  const source = body.open();
  const limited = new LimitedBody();
  source.once('error', (error) => limited.destroy(error));
  limited.once('close', () => source.unpipe(limited));
  source.pipe(limited);
  return limited;
}
