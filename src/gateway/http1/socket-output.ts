import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { type HandleWriter, writeToHandle } from './handle-writes.js';
import { type Flushable, flushAtTurnEnd } from '../turn.js';

/** Shorter pieces are joined as text: for them that costs less. */
const MAX_TEXT_BYTES = 1024;
/** More does not wait: it is far less than a socket holds before it asks to wait, so that what waits never makes it ask. */
const MAX_WAITING_BYTES = 4096;
/** What a socket reads at once, with what frames it. */
const OUTPUT_BYTES = 64 * 1024 + 1024;
/** Buffers that are kept for further pieces. */
const MAX_FREE = 64;

const free: Buffer[] = [];

/**
 * What goes out on a connection. Short texts wait until all connections that have something in this turn have been read,
 * and then leave one after the other: reads, our own code and writes each find their part of the processor's caches
 * warm, and who waits at the other ends is woken once instead of for each; see docs/decisions/0026. What is written to
 * one connection in one turn leaves as one piece.
 */
export class SocketOutput implements Flushable, HandleWriter {
  private waiting = '';
  private isAsked = false;
  /** Of what was written past the socket's stream, and the system has not taken yet. */
  private queuedBytes = 0;
  /** Whether the socket's stream may hold something. */
  private isStreaming = false;
  private readonly isPlain: boolean;

  /** `onTaken`: see {@link tellWhenTaken}. */
  constructor(
    private readonly socket: Socket,
    private readonly onTaken: () => void = () => undefined,
  ) {
    this.isPlain = !('encrypted' in socket);
  }

  /** Whether something waits for the end of the turn. */
  get isWaiting(): boolean {
    return this.waiting !== '';
  }

  /** Bytes that have been written here and have not left this process. */
  get unsentBytes(): number {
    return this.waiting.length + this.writableLength;
  }

  /** Bytes that the socket was given and the system has not taken. */
  get writableLength(): number {
    if (!this.isStreaming) return this.queuedBytes;
    const { writableLength } = this.socket;
    this.isStreaming = writableLength > 0;
    return writableLength + this.queuedBytes;
  }

  /** Bytes that the socket was given. */
  get bytesWritten(): number {
    return this.socket.bytesWritten;
  }

  /** Writes Latin-1 text. False asks to wait for the socket's drain. */
  write(text: string): boolean {
    const { waiting } = this;
    if (waiting.length + text.length > MAX_WAITING_BYTES || this.writableLength > 0) {
      return this.stream(this.takeWaiting() + text);
    }
    if (waiting === '') flushAtTurnEnd(this);
    this.waiting = waiting + text;
    return true;
  }

  /**
   * Writes Latin-1 text, bytes and text as one piece. The bytes are copied, so that they may change after the call. False
   * asks to wait for the socket's drain.
   */
  writeJoined(before: string, piece: Uint8Array, after: string): boolean {
    if (before.length + piece.length + after.length <= MAX_TEXT_BYTES)
      return this.write(before + latin1(piece) + after);
    return this.writeBytes(this.takeWaiting() + before, piece, after);
  }

  /** Writes what waits. */
  flush(): void {
    if (this.waiting !== '') this.send(this.takeWaiting());
    if (this.isAsked) this.tellWhenTaken();
  }

  /** Has `onTaken` called when the system has taken all that has been written here; once, and perhaps at once. */
  tellWhenTaken(): void {
    const { socket, onTaken } = this;
    const unsentBytes = this.writableLength;
    this.isAsked = this.waiting !== '' || this.queuedBytes > 0;
    if (this.isAsked) return;
    if (unsentBytes === 0) onTaken();
    else if (socket.writableEnded) socket.once('finish', onTaken);
    else socket.write('', onTaken);
  }

  /** What went past the stream has been taken, or never will be. */
  written(status: number): void {
    this.queuedBytes = 0;
    if (status < 0) this.socket.destroy(writeError(status));
    else if (this.isAsked) this.tellWhenTaken();
  }

  /** Writes what waits and says that nothing follows. */
  end(): void {
    if (this.waiting === '') this.socket.end();
    else this.socket.end(this.takeWaiting(), 'latin1');
    this.isStreaming = true;
  }

  private send(text: string): void {
    if (this.isPlain && this.writableLength === 0) {
      const outcome = writeToHandle(this.socket, text, this);
      if (outcome === 'QUEUED') this.queuedBytes = text.length;
      if (outcome !== 'REFUSED') return;
    }
    if (!this.socket.destroyed) this.stream(text);
  }

  private stream(text: string): boolean {
    this.isStreaming = true;
    return this.socket.write(text, 'latin1');
  }

  private writeBytes(before: string, piece: Uint8Array, after: string): boolean {
    const bytes = before.length + piece.length + after.length;
    const output =
      bytes <= OUTPUT_BYTES ? (free.pop() ?? Buffer.allocUnsafeSlow(OUTPUT_BYTES)) : Buffer.allocUnsafe(bytes);
    output.write(before, 0, 'latin1');
    output.set(piece, before.length);
    if (after !== '') output.write(after, before.length + piece.length, 'latin1');
    this.isStreaming = true;
    // Until it is out, or never can be, the socket needs the memory.
    return this.socket.write(output.subarray(0, bytes), () => {
      if (output.length === OUTPUT_BYTES && free.length < MAX_FREE) free.push(output);
    });
  }

  private takeWaiting(): string {
    const { waiting } = this;
    this.waiting = '';
    return waiting;
  }
}

/** Bytes as text that has a character for each. */
function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** As the stream has it. */
function writeError(status: number): Error {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`write ${code}`), { code });
}
