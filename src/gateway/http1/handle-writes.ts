import type { Socket } from 'node:net';

/** Hears when a write that went on is over; `status` below 0 is an error's number. */
export interface HandleWriter {
  written(status: number): void;
}

/** What a handle calls when a write that it could not end at once is over. */
interface WriteRequest {
  oncomplete: ((status: number) => void) | null;
}

interface Handle {
  writeLatin1String?(request: WriteRequest, text: string): number;
  writeBuffer?(request: WriteRequest, bytes: Uint8Array): number;
}

/** What Node's streams write with. `streamBaseState` tells, among others, whether the last write goes on. */
interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: ArrayLike<number>;
  readonly kLastWriteWasAsync: number;
}

const binding = findBinding();
const state = binding?.streamBaseState ?? [];
const goesOnAt = binding?.kLastWriteWasAsync ?? 0;
/** Nobody looks at a request before a write goes on; until then it serves all writes. */
let request = binding && new binding.WriteWrap();

/** What has become of a write; see {@link writeToHandle}. */
export type WriteOutcome = 'TAKEN' | 'QUEUED' | 'REFUSED';

/**
 * Writes Latin-1 text or bytes to a plain socket whose stream holds nothing, past the stream, which would make a request and a
 * callback for each write. `TAKEN`: the system has it all. `QUEUED`: the rest of it goes on by itself, ahead of what is written
 * to the stream from now on; bytes must stay as they are until the writer hears of it. `REFUSED`: the
 * stream is to do it, which finds out by itself what is wrong with the socket, or writes where this version of Node keeps handles
 * in another way; see docs/decisions/0027.
 */
export function writeToHandle(socket: Socket, data: string | Uint8Array, writer: HandleWriter): WriteOutcome {
  const { _handle: handle } = socket as { _handle?: Handle | null };
  if (!binding || !request || !handle?.writeLatin1String || !handle.writeBuffer) return 'REFUSED';
  const status = typeof data === 'string' ? handle.writeLatin1String(request, data) : handle.writeBuffer(request, data);
  if (status !== 0) return 'REFUSED';
  if (state[goesOnAt] === 0) return 'TAKEN';
  request.oncomplete = (result) => writer.written(result);
  request = new binding.WriteWrap();
  return 'QUEUED';
}

function findBinding(): StreamBinding | null {
  const { binding: find } = process as { binding?: (name: string) => Partial<StreamBinding> };
  try {
    const found = find?.('stream_wrap');
    const isKnown = typeof found?.WriteWrap === 'function' && typeof found.kLastWriteWasAsync === 'number';
    return isKnown && found.streamBaseState ? (found as StreamBinding) : null;
  } catch {
    // Where Node's permissions are on, nobody gets it.
    return null;
  }
}
