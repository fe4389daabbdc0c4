import type { Socket } from 'node:net';

const READ_BYTES = 64 * 1024;
/** All clients' connections read into the same memory: what is in it counts until the next read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);

/** What `node:net` keeps of its option `onread`, where this version keeps it as we know it. */
interface ReadPlace {
  readonly buffer: symbol;
  readonly callback: symbol;
  readonly handle: { useUserBuffer(buffer: Buffer): void };
}

/**
 * Gives what is read from an accepted socket; the bytes change after the call. As with the option `onread` of
 * `net.connect`, which `node:net` offers only to who connects, all is read into one buffer: one of 64 KB for every read,
 * to be collected later, costs more than the rest of an upload. Where this version of Node keeps the option in another
 * way, the socket is read as any other; see docs/decisions/0023.
 * Gives whether memory is shared.
 */
export function readShared(socket: Socket, onRead: (bytes: Buffer) => void): boolean {
  const place = readPlace(socket);
  if (!place) {
    socket.on('data', onRead);
    return false;
  }
  const { buffer, callback, handle } = place;
  const onBytes = (bytes: number): boolean => {
    onRead(readBuffer.subarray(0, bytes));
    return true;
  };
  const fields = socket as unknown as Record<symbol, unknown>;
  fields[buffer] = readBuffer;
  fields[callback] = onBytes;
  handle.useUserBuffer(readBuffer);
  return true;
}

function readPlace(socket: Socket): ReadPlace | null {
  const symbols = Object.getOwnPropertySymbols(socket);
  const buffer = symbols.find(({ description }) => description === 'kBuffer');
  const callback = symbols.find(({ description }) => description === 'kBufferCb');
  const { _handle: handle } = socket as { _handle?: Partial<ReadPlace['handle']> | null };
  if (!buffer || !callback || typeof handle?.useUserBuffer !== 'function') return null;
  return { buffer, callback, handle: handle as ReadPlace['handle'] };
}
