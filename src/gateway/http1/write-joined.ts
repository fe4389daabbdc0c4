import type { Writable } from 'node:stream';

/** Shorter pieces are joined as text: for them that costs less. */
const MAX_TEXT_BYTES = 1024;
/** What a socket reads at once, with what frames it. */
const OUTPUT_BYTES = 64 * 1024 + 1024;
/** Buffers that are kept for further pieces. */
const MAX_FREE = 64;

const free: Buffer[] = [];

/**
 * Writes Latin-1 text, bytes and text to a socket as one piece: one packet and one system call where it is short. The
 * bytes are copied, so that they may change after the call. False asks to wait for a drain.
 */
export function writeJoined(socket: Writable, before: string, piece: Uint8Array, after: string): boolean {
  const bytes = before.length + piece.length + after.length;
  if (bytes <= MAX_TEXT_BYTES) return socket.write(before + latin1(piece) + after, 'latin1');
  const output =
    bytes <= OUTPUT_BYTES ? (free.pop() ?? Buffer.allocUnsafeSlow(OUTPUT_BYTES)) : Buffer.allocUnsafe(bytes);
  output.write(before, 0, 'latin1');
  output.set(piece, before.length);
  if (after !== '') output.write(after, before.length + piece.length, 'latin1');
  // Until it is out, or never can be, the socket needs the memory.
  return socket.write(output.subarray(0, bytes), () => {
    if (output.length === OUTPUT_BYTES && free.length < MAX_FREE) free.push(output);
  });
}

/** Bytes as text that has a character for each. */
function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}
