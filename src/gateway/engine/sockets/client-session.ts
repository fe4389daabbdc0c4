import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { plainAddress } from '../../../kernel/addresses.js';
import { type BodyDecoder, ChunkDecoder, LengthDecoder } from '../../http1/body.js';
import { HeadReader } from '../../http1/head-reader.js';
import { MAX_BODY_BYTES } from '../../limits.js';
import { HEAD_TOO_LARGE, malformedAnswer, MALFORMED_STATUS, NOT_HTTP, TOO_SLOW } from '../malformed.js';
import { BodyStream } from './body-stream.js';
import { readRequestHead, type RequestHead } from './request-head.js';
import { type ExchangePlace, SocketExchange } from './socket-exchange.js';

const MAX_HEAD_BYTES = 32 * 1024;
/** Bytes of further requests that are held while one runs; then the client has to wait. */
const MAX_AHEAD_BYTES = 64 * 1024;
/** How long, and how much, is still read from a client whose connection is going to be closed. */
const LINGER_MS = 2_000;
const LINGER_BYTES = 4 * MAX_BODY_BYTES;
/** How long a client that has said that it sends no more still gets an answer. */
const HALF_OPEN_MS = 5_000;
const EMPTY_LINE = Buffer.from('\r\n');

/** What a session needs of its engine. */
export interface SessionHost {
  readonly limits: {
    readonly headersTimeoutMs: number;
    readonly requestTimeoutMs: number;
    readonly idleTimeoutMs: number;
    readonly silenceTimeoutMs: number;
  };
  readonly isClosing: boolean;
  handle(exchange: SocketExchange): void;
}

/**
 * A client's connection. It is in one of these states:
 * - HEAD: no request runs; a head is awaited or half there.
 * - BODY: a request runs whose body has not come whole. The body is read as far as somebody wants it; once the request
 *   is answered, the rest is dropped.
 * - AHEAD: a request runs whose body is whole. What comes belongs to the next one, and is held.
 * - CLOSING: nothing that comes is read as HTTP any more; the last answer is on its way.
 */
type State = 'HEAD' | 'BODY' | 'AHEAD' | 'CLOSING';

/** See {@link State}. One request at a time: a backend must not get a later one first (RFC 9112, 9.3.2). */
export class ClientSession implements ExchangePlace {
  readonly peerAddress: string;
  private state: State = 'HEAD';
  private readonly reader = new HeadReader(MAX_HEAD_BYTES);
  private exchange: SocketExchange | null = null;
  private keepsAlive = true;
  private expectsContinue = false;
  private decoder: BodyDecoder | null = null;
  private stream: BodyStream | null = null;
  private isStreamFull = false;
  private isAnswered = false;
  /** What came and has not been read. */
  private held: Buffer | null = null;
  private isReadingHeads = false;
  private droppedBytes = 0;
  private hasEnded = false;
  private movedMs: number;
  /** When the first byte of the request came, or the connection. */
  private begunMs: number;
  /** When the connection is to be broken off whatever happens; null: not. */
  private deadlineMs: number | null = null;

  constructor(
    private readonly socket: Socket,
    private readonly host: SessionHost,
    nowMs: number,
  ) {
    this.movedMs = this.begunMs = nowMs;
    this.peerAddress = plainAddress(socket.remoteAddress ?? '');
    socket.on('data', (bytes: Buffer) => this.received(bytes));
    socket.on('drain', () => {
      this.movedMs = performance.now();
      this.exchange?.drained();
    });
    socket.on('end', () => this.inputEnded());
    socket.on('error', () => socket.destroy());
  }

  get isGone(): boolean {
    return this.socket.destroyed;
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  /** Whether no request runs, so that nobody misses the connection. */
  get isIdle(): boolean {
    return this.exchange === null && this.state === 'HEAD';
  }

  write(data: string | Uint8Array): boolean {
    return typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data);
  }

  writeTogether(text: string, bytes: Uint8Array): boolean {
    this.socket.cork();
    this.socket.write(text, 'latin1');
    const isFree = this.socket.write(bytes);
    this.socket.uncork();
    return isFree;
  }

  mustClose(): boolean {
    // Nobody can say whether a body comes that was announced and not asked for, or the next request.
    return !this.keepsAlive || this.host.isClosing || this.isBodyUnasked;
  }

  openBody(): Readable {
    this.stream = new BodyStream(() => this.streamWants());
    if (this.expectsContinue) this.socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
    this.expectsContinue = false;
    return this.stream;
  }

  answered(close: boolean): void {
    this.isAnswered = true;
    const { socket } = this;
    const isSent = socket.writableLength === 0;
    if (close) this.endAfterAnswer();
    // What is left of the body is dropped; the next request stands behind it.
    else if (this.state === 'BODY') this.readHeld();
    if (isSent) this.answerSent();
    else if (close) socket.once('finish', () => this.answerSent());
    else socket.write('', () => this.answerSent());
  }

  cut(): void {
    this.socket.destroy();
  }

  /** The socket has closed. */
  closed(): void {
    const { exchange } = this;
    this.state = 'CLOSING';
    this.stream?.destroy(new Error('the client has gone'));
    exchange?.over(false);
    this.exchange = null;
  }

  /** Breaks off what has taken too long. */
  check(nowMs: number): void {
    const { limits } = this.host;
    const silentMs = nowMs - this.movedMs;
    const runsMs = nowMs - this.begunMs;
    if (this.deadlineMs !== null && nowMs >= this.deadlineMs) return this.cut();
    if (this.state === 'HEAD' && this.reader.isBegun) {
      if (runsMs > limits.headersTimeoutMs) this.refuse(TOO_SLOW);
    } else if (this.state === 'HEAD') {
      if (silentMs > limits.idleTimeoutMs) this.cut();
    } else if (this.state === 'BODY' && runsMs > limits.requestTimeoutMs) {
      this.refuse(TOO_SLOW);
    } else if (silentMs > limits.silenceTimeoutMs) {
      this.cut();
    }
  }

  /** Ends the connection as soon as nothing runs on it. */
  endWhenIdle(): void {
    if (this.isIdle) this.socket.destroy();
  }

  private received(bytes: Buffer): void {
    this.movedMs = performance.now();
    if (this.state === 'CLOSING') {
      this.droppedBytes += bytes.length;
      if (this.droppedBytes > LINGER_BYTES) this.cut();
      return;
    }
    this.held = this.held ? Buffer.concat([this.held, bytes]) : bytes;
    this.readHeld();
  }

  /** Reads on, as far as what is held and the state allow. */
  private readHeld(): void {
    // A request that is answered at once comes back here: the loop goes on with the next, not the stack.
    if (this.isReadingHeads) return;
    this.isReadingHeads = true;
    while (this.held !== null && (this.state === 'HEAD' ? this.readHead(this.held) : this.readBody(this.held)));
    this.isReadingHeads = false;
    if (this.held === null || this.state === 'CLOSING') return;
    if (this.state === 'BODY' || this.held.length > MAX_AHEAD_BYTES) this.socket.pause();
  }

  /** Whether there may be more to read. */
  private readHead(held: Buffer): boolean {
    this.held = null;
    if (!this.reader.isBegun) {
      const bytes = withoutEmptyLines(held);
      if (bytes.length === 0) return false;
      this.begunMs = this.movedMs;
      return this.takeHead(bytes);
    }
    return this.takeHead(held);
  }

  private takeHead(bytes: Buffer): boolean {
    const whole = this.reader.take(bytes);
    if (!whole) {
      if (this.reader.isOverflown) this.refuse(HEAD_TOO_LARGE);
      return false;
    }
    const head = readRequestHead(whole.head);
    if (!head) {
      this.refuse(NOT_HTTP);
      return false;
    }
    if (whole.rest.length > 0) this.held = whole.rest;
    this.begin(head);
    return true;
  }

  private begin(head: RequestHead): void {
    this.keepsAlive = head.keepsAlive;
    this.expectsContinue = head.expectsContinue && head.declaredBytes !== 0;
    this.isAnswered = false;
    this.stream = null;
    this.isStreamFull = false;
    this.decoder = head.declaredBytes === null ? new ChunkDecoder() : null;
    if (head.declaredBytes !== null && head.declaredBytes > 0) this.decoder = new LengthDecoder(head.declaredBytes);
    this.state = this.decoder ? 'BODY' : 'AHEAD';
    const exchange = new SocketExchange(this, head);
    this.exchange = exchange;
    this.host.handle(exchange);
  }

  /** Whether there may be more to read. */
  private readBody(held: Buffer): boolean {
    const { decoder, stream } = this;
    if (this.state !== 'BODY' || !decoder) return false;
    if (!this.isAnswered && (stream === null || this.isStreamFull)) return false;
    const taken = decoder.take(held, (piece) => this.giveBody(piece));
    if (taken < 0) {
      this.refuse(NOT_HTTP);
      return false;
    }
    this.held = taken < held.length ? held.subarray(taken) : null;
    if (decoder.isDone) this.bodyEnded();
    return this.held !== null;
  }

  private giveBody(piece: Buffer): void {
    if (this.isAnswered || !this.stream || this.stream.destroyed) {
      this.droppedBytes += piece.length;
      if (this.droppedBytes > LINGER_BYTES) this.cut();
    } else if (!this.stream.push(piece)) {
      this.isStreamFull = true;
    }
  }

  private bodyEnded(): void {
    this.decoder = null;
    this.state = 'AHEAD';
    this.droppedBytes = 0;
    if (this.stream?.destroyed === false) this.stream.push(null);
    this.nextIfDone();
  }

  /** Somebody reads the body. */
  private streamWants(): void {
    this.isStreamFull = false;
    if (this.state !== 'BODY') return;
    this.socket.resume();
    // Not within the call that reads: it may be this session's own.
    if (this.held !== null) queueMicrotask(() => this.readHeld());
  }

  private answerSent(): void {
    const { exchange } = this;
    if (!exchange || this.socket.destroyed) return;
    exchange.over(true);
    this.nextIfDone();
  }

  /** Goes on with the next request when this one is over in both directions. */
  private nextIfDone(): void {
    const { exchange } = this;
    if (this.state !== 'AHEAD' || exchange?.isComplete !== true) return;
    this.exchange = null;
    this.state = 'HEAD';
    this.begunMs = this.movedMs = performance.now();
    if (this.hasEnded && this.held === null) return void this.socket.end();
    this.socket.resume();
    this.readHeld();
  }

  /** Closing with unread bytes would reset the connection and could take the answer with it, so read on for a while. */
  private endAfterAnswer(): void {
    this.state = 'CLOSING';
    this.held = null;
    this.droppedBytes = 0;
    this.deadlineMs = performance.now() + LINGER_MS;
    this.stream?.destroy();
    this.socket.resume();
    this.socket.end();
  }

  /**
   * Answers what is no request, unless that would mix into an answer that has begun, and ends the connection: where the
   * next request would begin is unknown.
   */
  private refuse(detail: string): void {
    const { exchange } = this;
    if (exchange?.isAnswered === true && !exchange.isComplete) return this.cut();
    this.socket.write(malformedAnswer(detail), 'latin1');
    exchange?.refused(MALFORMED_STATUS);
    this.exchange = null;
    this.endAfterAnswer();
  }

  /**
   * The client sends no more. It may have gone, or wait for its answer still; nobody can tell. So it is given a while,
   * and then what runs for it is broken off.
   */
  private inputEnded(): void {
    this.hasEnded = true;
    if (this.state === 'CLOSING') return;
    if (this.state === 'BODY' || this.reader.isBegun) return this.refuse(NOT_HTTP);
    if (this.state === 'HEAD') return void this.socket.end();
    this.deadlineMs = performance.now() + HALF_OPEN_MS;
  }

  private get isBodyUnasked(): boolean {
    return this.expectsContinue && this.stream === null;
  }
}

/** Empty lines before a request are not part of it (RFC 9112, 2.2). */
function withoutEmptyLines(bytes: Buffer): Buffer {
  let at = 0;
  while (bytes[at] === EMPTY_LINE[0] && bytes[at + 1] === EMPTY_LINE[1]) at += 2;
  return at === 0 ? bytes : bytes.subarray(at);
}
