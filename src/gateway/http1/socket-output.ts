import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { type HandleWriter, type WriteOutcome, writeToHandle } from './handle-writes.js';
import { giveBackMemory, takeMemory } from './output-memory.js';
import { type Flushable, flushAtTurnEnd } from '../turn.js';

/** Shorter pieces are joined as text: for them that costs less. */
const MAX_TEXT_BYTES = 1024;
/** More does not wait: it is far less than a socket holds before it asks to wait, so that what waits never makes it ask. */
const MAX_WAITING_BYTES = 4096;
/** Hears what becomes of what was written. */
export interface OutputListener {
  /** See {@link SocketOutput.tellWhenTaken}. */
  onTaken?(): void;
  /** More may be written after a write that has asked to wait. */
  onDrain?(): void;
}

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
  /** What it is in, where that is ours. */
  private queuedMemory: Buffer | null = null;
  /** Whether the socket's stream may hold something. */
  private isStreaming = false;
  private readonly isPlain: boolean;

  constructor(
    private readonly socket: Socket,
    private readonly listener: OutputListener = {},
  ) {
    this.isPlain = !('encrypted' in socket);
    if (listener.onDrain) socket.on('drain', () => listener.onDrain?.());
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

  /** Writes Latin-1 text. False asks to wait for {@link OutputListener.onDrain}. */
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
   * asks to wait for {@link OutputListener.onDrain}.
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

  /** Has {@link OutputListener.onTaken} called when the system has taken all that has been written here; once, and perhaps at once. */
  tellWhenTaken(): void {
    const { socket } = this;
    const unsentBytes = this.writableLength;
    this.isAsked = this.waiting !== '' || this.queuedBytes > 0;
    if (this.isAsked) return;
    const taken = (): void => this.listener.onTaken?.();
    if (unsentBytes === 0) taken();
    else if (socket.writableEnded) socket.once('finish', taken);
    else socket.write('', taken);
  }

  /** What went past the stream has been taken, or never will be. */
  written(status: number): void {
    const memory = this.queuedMemory;
    this.queuedBytes = 0;
    this.queuedMemory = null;
    if (memory) giveBackMemory(memory);
    if (status < 0) return void this.socket.destroy(writeError(status));
    // Only who writes bytes has been asked to wait; what the stream has asked for, it tells by itself.
    if (memory && !this.socket.writableNeedDrain) this.listener.onDrain?.();
    if (this.isAsked) this.tellWhenTaken();
  }

  /** Writes what waits and says that nothing follows. */
  end(): void {
    if (this.waiting === '') this.socket.end();
    else this.socket.end(this.takeWaiting(), 'latin1');
    this.isStreaming = true;
  }

  private send(text: string): void {
    if (this.pastStream(text) === 'REFUSED' && !this.socket.destroyed) this.stream(text);
  }

  private pastStream(data: string | Uint8Array): WriteOutcome {
    if (!this.isPlain || this.writableLength > 0) return 'REFUSED';
    const outcome = writeToHandle(this.socket, data, this);
    if (outcome === 'QUEUED') this.queuedBytes = data.length;
    return outcome;
  }

  private stream(text: string): boolean {
    this.isStreaming = true;
    return this.socket.write(text, 'latin1');
  }

  private writeBytes(before: string, piece: Uint8Array, after: string): boolean {
    const bytes = before.length + piece.length + after.length;
    const memory = takeMemory(bytes);
    memory.write(before, 0, 'latin1');
    memory.set(piece, before.length);
    if (after !== '') memory.write(after, before.length + piece.length, 'latin1');
    return this.sendBytes(memory, bytes);
  }

  /** Writes what is in memory, which is given back when it is out, or never can be. */
  private sendBytes(memory: Buffer, bytes: number): boolean {
    const output = memory.subarray(0, bytes);
    const outcome = this.pastStream(output);
    if (outcome === 'TAKEN') {
      giveBackMemory(memory);
      return true;
    }
    if (outcome === 'QUEUED') {
      this.queuedMemory = memory;
      return false;
    }
    this.isStreaming = true;
    return this.socket.write(output, () => giveBackMemory(memory));
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
