import { BodyTooLarge, MAX_BODY_BYTES } from '../limits.js';

/** Hears the body of a request. */
export interface BodySink {
  /** Takes a piece; false asks to wait for {@link BodySource.resume}. The bytes may change after the call. */
  onPiece(piece: Buffer): boolean;
  onEnd(): void;
  /** It has grown too large (BodyTooLarge) or its client has broken it off. */
  onError(error: Error): void;
}

/** Where the bytes of a body come from. */
export interface BodyOrigin {
  /** Whoever reads the body takes more: at the beginning, and again after a pause. */
  onWanted(): void;
  /** Nobody takes any more of it. */
  onDropped(): void;
}

/**
 * The body of a request, piece by piece, from the engine that receives it to the one who reads it. It is a stream that
 * lends its bytes instead of giving them away, so that none is copied or allocated on the way. It is in one of these
 * states:
 * - NEW: nobody reads it.
 * - FLOWING: what comes goes to the sink at once.
 * - PAUSED: the sink has taken as much as it can.
 * - OVER: it has ended, failed, or nobody wants it.
 */
export class BodySource {
  /** What has ended it before its time; null when nothing has. */
  error: Error | null = null;
  /** Whether all of it has come. */
  isWhole = false;
  /** Called before each piece. */
  onMoved: (() => void) | null = null;
  private state: 'NEW' | 'FLOWING' | 'PAUSED' | 'OVER' = 'NEW';
  private sink: BodySink | null = null;
  private bytes = 0;

  constructor(private readonly origin: BodyOrigin) {}

  /** Whether a piece that comes now is taken, or dropped because nobody will ever want it. */
  get takesMore(): boolean {
    return this.state === 'FLOWING' || this.state === 'OVER';
  }

  get isOver(): boolean {
    return this.state === 'OVER';
  }

  /** Begins to read; once only. */
  start(sink: BodySink): void {
    this.sink = sink;
    if (this.state === 'NEW') this.flow();
    else if (this.error) sink.onError(this.error);
  }

  /** Goes on after a pause. */
  resume(): void {
    if (this.state === 'PAUSED') this.flow();
  }

  /** Nobody wants more of it; the sink hears nothing any more. The client's connection stays whole. */
  destroy(): void {
    if (this.state === 'OVER') return;
    this.state = 'OVER';
    this.origin.onDropped();
  }

  /** For the origin: a piece has come. Only the sink of a body that flows, or has just been paused, may be given one. */
  give(piece: Buffer): void {
    if (this.state === 'OVER') return;
    this.bytes += piece.length;
    if (this.bytes > MAX_BODY_BYTES) return this.fail(new BodyTooLarge());
    this.onMoved?.();
    if (this.sink?.onPiece(piece) === false && this.state === 'FLOWING') this.state = 'PAUSED';
  }

  /** For the origin: all of it has come. */
  finish(): void {
    if (this.state === 'OVER') return;
    this.state = 'OVER';
    this.isWhole = true;
    this.sink?.onEnd();
  }

  /** For the origin: no more of it will come. */
  fail(error: Error): void {
    if (this.state === 'OVER') return;
    this.state = 'OVER';
    this.error = error;
    this.origin.onDropped();
    this.sink?.onError(error);
  }

  private flow(): void {
    this.state = 'FLOWING';
    this.origin.onWanted();
  }
}
