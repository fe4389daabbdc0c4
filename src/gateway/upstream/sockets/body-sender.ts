import type { Socket } from 'node:net';
import type { BodySink, BodySource } from '../../body/index.js';
import { type Flushable, flushAtTurnEnd } from '../../http1/turn-end.js';
import { writeJoined } from '../../http1/write-joined.js';

/** A body and how it is framed. */
export interface FramedBody {
  readonly source: BodySource;
  /** What the head has said of its length; null: it goes in chunks. */
  readonly bytes: number | null;
}

/** Sends a request with a body: the head, and the body piece by piece as it comes and the backend takes it. */
export class BodySender implements Flushable, BodySink {
  /** Whether all of the request is out. */
  isDone = false;
  private isStopped = false;
  private left: number;
  private readonly isChunked: boolean;

  /** `fail` hears when the body breaks, or is not as long as it says. */
  constructor(
    private readonly socket: Socket,
    private head: string,
    private readonly body: FramedBody,
    private readonly fail: (error: Error) => void,
  ) {
    this.isChunked = body.bytes === null;
    this.left = body.bytes ?? Infinity;
  }

  start(): void {
    this.body.source.start(this);
    flushAtTurnEnd(this);
  }

  /** The socket takes more. */
  drained(): void {
    if (!this.isDone && !this.isStopped) this.body.source.resume();
  }

  /** The connection has nothing more to do with this request. */
  stop(): void {
    this.isStopped = true;
  }

  /** The head goes out where the first piece has not come with it. */
  flush(): void {
    if (this.head !== '' && !this.isStopped) this.socket.write(this.takeHead(), 'latin1');
  }

  onPiece(piece: Buffer): boolean {
    if (this.isStopped) return true;
    this.left -= piece.length;
    if (this.left >= 0) return this.write(piece);
    this.fail(new Error('the body is longer than it says'));
    return true;
  }

  onEnd(): void {
    if (this.isStopped) return;
    this.flush();
    if (this.isChunked) this.socket.write('0\r\n\r\n', 'latin1');
    else if (this.left !== 0) return this.fail(new Error('the body is shorter than it says'));
    this.isDone = true;
  }

  onError(error: Error): void {
    if (!this.isStopped) this.fail(error);
  }

  private write(piece: Buffer): boolean {
    const size = this.isChunked ? `${piece.length.toString(16)}\r\n` : '';
    return writeJoined(this.socket, this.takeHead() + size, piece, this.isChunked ? '\r\n' : '');
  }

  private takeHead(): string {
    const { head } = this;
    this.head = '';
    return head;
  }
}
