/** What a socket reads at once, with what frames it. */
const OUTPUT_BYTES = 64 * 1024 + 1024;
/** Pieces of memory that are kept. */
const MAX_FREE = 64;

const free: Buffer[] = [];

/** Memory for at least so many bytes to be written, until {@link giveBackMemory}. */
export function takeMemory(bytes: number): Buffer {
  return bytes <= OUTPUT_BYTES ? (free.pop() ?? Buffer.allocUnsafeSlow(OUTPUT_BYTES)) : Buffer.allocUnsafe(bytes);
}

/** Nobody needs the memory any more. */
export function giveBackMemory(memory: Buffer): void {
  if (memory.length === OUTPUT_BYTES && free.length < MAX_FREE) free.push(memory);
}
