import type { Readable } from 'node:stream';
import { AppError } from '../errors/index.js';

/** How much of a body that is too large is still read away, as a multiple of what is allowed. */
const LINGER_FACTOR = 4;

/**
 * Reads a body up to `maxBytes`. A larger one is read away, within a limit, before it is refused: a client that is
 * still sending when the connection closes would see a broken connection and never the answer.
 * @throws AppError INVALID_PARAMETER when it is too large, Error when the client breaks off.
 */
export async function readWholeBody(payload: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes * LINGER_FACTOR) break;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes <= maxBytes) return Buffer.concat(chunks);
  const message = `must not be larger than ${maxBytes} bytes`;
  throw new AppError('INVALID_PARAMETER', [{ property: 'request', field: 'body', message }]);
}
