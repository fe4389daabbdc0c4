import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;
/** All connections read into the same memory, as a buffer for each answer would cost more than the answer. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** What a connection of the load tells: that its request was answered, or why not. */
export interface ConnectionEvents {
  answered(connection: LoadConnection): void;
  failed(connection: LoadConnection, why: string): void;
  /** It can send: for the first time, or again after its peer has closed it. */
  opened(connection: LoadConnection): void;
}

/**
 * A connection that carries one request at a time and counts the bytes of the answer. It reads what a client has to, no
 * more, as it shares a core with what it measures: the status, Content-Length, and that so many bytes came.
 */
export class LoadConnection {
  /** When the request that runs was due, on the clock of `performance`; null without one. */
  dueAt: number | null = null;
  private socket: Socket;
  private head: Buffer | null = null;
  private bodyBytesLeft = 0;
  private isEnded = false;

  constructor(
    private readonly port: number,
    private readonly events: ConnectionEvents,
  ) {
    this.socket = this.open();
  }

  send(request: Buffer, dueAt: number): void {
    this.dueAt = dueAt;
    this.socket.write(request);
  }

  /** Closes it for good. */
  end(): void {
    this.isEnded = true;
    this.socket.destroy();
  }

  private open(): Socket {
    const callback = (bytes: number): boolean => {
      this.take(readBuffer.subarray(0, bytes));
      return true;
    };
    const onread = { buffer: readBuffer, callback };
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true, onread });
    socket.once('connect', () => this.events.opened(this));
    socket.once('error', (error: NodeJS.ErrnoException) => this.fail(error.code ?? error.message));
    socket.once('close', () => {
      this.fail('closed');
      if (!this.isEnded) this.socket = this.open();
    });
    return socket;
  }

  /** A connection that is closed between requests has failed none. */
  private fail(why: string): void {
    const isRunning = this.dueAt !== null;
    this.dueAt = null;
    this.head = null;
    this.bodyBytesLeft = 0;
    if (isRunning && !this.isEnded) this.events.failed(this, why);
  }

  private take(chunk: Buffer): void {
    if (this.bodyBytesLeft > 0) return this.takeBody(chunk.length);
    const bytes = this.head ? Buffer.concat([this.head, chunk]) : chunk;
    const end = bytes.indexOf(HEAD_END);
    // The memory that was read into is used again.
    this.head = end < 0 ? Buffer.from(bytes) : null;
    if (end < 0) return;
    const head = bytes.toString('latin1', 0, end);
    const status = head.slice(9, 12);
    const length = LENGTH.exec(head)?.[1];
    if (status !== '200' || length === undefined) {
      this.fail(status === '200' ? 'no Content-Length' : `status ${status}`);
      this.socket.destroy();
      return;
    }
    this.bodyBytesLeft = Number(length);
    this.takeBody(bytes.length - end - HEAD_END.length);
  }

  private takeBody(bytes: number): void {
    this.bodyBytesLeft -= bytes;
    if (this.bodyBytesLeft > 0) return;
    this.events.answered(this);
  }
}
