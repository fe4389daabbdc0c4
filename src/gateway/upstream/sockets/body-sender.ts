import type { BodySink, BodySource } from '../../body/index.js';
import type { SocketOutput } from '../../http1/socket-output.js';

/** A body and how it is framed. */
export interface FramedBody {
  readonly source: BodySource;
  /** What the head has said of its length; null: it goes in chunks. */
  readonly bytes: number | null;
}

/** Sends the body of a request, piece by piece as it comes and the backend takes it. */
export class BodySender implements BodySink {
  /** Whether all of the request is out. */
  isDone = false;
  private isStopped = false;
  private left: number;
  private readonly isChunked: boolean;

  /** `fail` hears when the body breaks, or is not as long as it says. */
  constructor(
    private readonly output: SocketOutput,
    private readonly body: FramedBody,
    private readonly fail: (error: Error) => void,
  ) {
    this.isChunked = body.bytes === null;
    this.left = body.bytes ?? Infinity;
  }

  start(): void {
    this.body.source.start(this);
  }

  /** The socket takes more. */
  drained(): void {
    if (!this.isDone && !this.isStopped) this.body.source.resume();
  }

  /** The connection has nothing more to do with this request. */
  stop(): void {
    this.isStopped = true;
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
    if (this.isChunked) this.output.write('0\r\n\r\n');
    else if (this.left !== 0) return this.fail(new Error('the body is shorter than it says'));
    this.isDone = true;
  }

  onError(error: Error): void {
    if (!this.isStopped) this.fail(error);
  }

  private write(piece: Buffer): boolean {
    if (!this.isChunked) return this.output.writeJoined('', piece, '');
    return this.output.writeJoined(`${piece.length.toString(16)}\r\n`, piece, '\r\n');
  }
}
