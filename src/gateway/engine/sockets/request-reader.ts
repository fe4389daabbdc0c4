import { type BodyDecoder, ChunkDecoder, LengthDecoder } from '../../http1/body.js';
import { HeadReader } from '../../http1/head-reader.js';
import { HEAD_TOO_LARGE, NOT_HTTP } from '../malformed.js';
import { readRequestHead, type RequestHead } from './request-head.js';

const MAX_HEAD_BYTES = 32 * 1024;
/** Bytes of further requests that are held while one runs; then the client has to wait. */
const MAX_AHEAD_BYTES = 64 * 1024;
const [CR, LF] = [0x0d, 0x0a];

/** Hears what a reader reads. */
export interface RequestSink {
  /** Whether content may be read now: somebody takes it, or nobody wants it any more. */
  readonly takesBody: boolean;
  onRequest(head: RequestHead): void;
  onBody(piece: Buffer): void;
  onBodyEnd(): void;
  /** Where the next request would begin is unknown: nothing more is read. */
  onMalformed(detail: string): void;
}

/**
 * Reads the requests of a connection, one after the other. It is in one of these phases:
 * - HEAD: no request runs; a head is awaited or half there.
 * - BODY: a request runs whose body has not come whole. It is read as far as the sink takes it.
 * - AHEAD: a request runs whose body is whole. What comes belongs to the next one, and is held.
 * - STOPPED: nothing that comes is read any more.
 */
type Phase = 'HEAD' | 'BODY' | 'AHEAD' | 'STOPPED';

/** See {@link Phase}. */
export class RequestReader {
  private current: Phase = 'HEAD';
  private isInLoop = false;
  private readonly heads = new HeadReader(MAX_HEAD_BYTES);
  private decoder: BodyDecoder | null = null;
  /** What came and has not been read. */
  private held: Buffer | null = null;

  constructor(private readonly sink: RequestSink) {}

  get phase(): Phase {
    return this.current;
  }

  /** Whether a head has begun that is not whole. */
  get isHeadBegun(): boolean {
    return this.heads.isBegun;
  }

  /** Whether it reads right now. */
  get isReading(): boolean {
    return this.isInLoop;
  }

  get holdsNothing(): boolean {
    return this.held === null;
  }

  /** Whether what has come cannot be read yet and is so much that the client has to wait. */
  get isFull(): boolean {
    return this.held !== null && (this.current === 'BODY' || this.held.length > MAX_AHEAD_BYTES);
  }

  /** Takes what has come; the bytes may change after the call. */
  take(bytes: Buffer): void {
    this.held = this.held ? Buffer.concat([this.held, bytes]) : bytes;
    this.readOn();
    if (this.held?.buffer === bytes.buffer) this.held = Buffer.from(this.held);
  }

  /** Reads on, as far as what is held and the sink allow. */
  readOn(): void {
    // A request that is answered at once comes back here: the loop goes on with the next, not the stack.
    if (this.isInLoop) return;
    this.isInLoop = true;
    while (this.held !== null && this.readSome(this.held));
    this.isInLoop = false;
  }

  /** The request is over in both directions: what comes is the next one. */
  next(): void {
    this.current = 'HEAD';
    this.readOn();
  }

  stop(): void {
    this.current = 'STOPPED';
    this.held = null;
  }

  /** Whether there may be more to read. */
  private readSome(held: Buffer): boolean {
    if (this.current === 'HEAD') return this.readHead(held);
    return this.current === 'BODY' && this.sink.takesBody && this.readBody(held);
  }

  private readHead(held: Buffer): boolean {
    const bytes = this.heads.isBegun ? held : withoutEmptyLines(held);
    // Half an empty line may still become one.
    this.held = bytes.length === 1 && bytes[0] === CR && !this.heads.isBegun ? bytes : null;
    if (bytes.length === 0 || this.held !== null) return false;
    const whole = this.heads.take(bytes);
    if (!whole) {
      if (this.heads.isOverflown) this.fail(HEAD_TOO_LARGE);
      return false;
    }
    const head = readRequestHead(whole);
    if (!head) return this.fail(NOT_HTTP);
    this.held = whole.rest;
    this.decoder = decoderOf(head);
    this.current = this.decoder ? 'BODY' : 'AHEAD';
    this.sink.onRequest(head);
    return true;
  }

  private readBody(held: Buffer): boolean {
    const { decoder } = this;
    if (!decoder) return false;
    this.held = null;
    const taken = decoder.take(held, (piece) => this.sink.onBody(piece));
    if (taken < 0) return this.fail(NOT_HTTP);
    if (taken < held.length && this.current === 'BODY') this.held = held.subarray(taken);
    if (decoder.isDone && this.current === 'BODY') {
      this.decoder = null;
      this.current = 'AHEAD';
      this.sink.onBodyEnd();
    }
    return true;
  }

  private fail(detail: string): false {
    this.stop();
    this.sink.onMalformed(detail);
    return false;
  }
}

function decoderOf({ declaredBytes }: RequestHead): BodyDecoder | null {
  if (declaredBytes === null) return new ChunkDecoder();
  return declaredBytes > 0 ? new LengthDecoder(declaredBytes) : null;
}

/** Empty lines before a request are not part of it (RFC 9112, 2.2). */
function withoutEmptyLines(bytes: Buffer): Buffer {
  let at = 0;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at === 0 ? bytes : bytes.subarray(at);
}
