import type { Socket } from 'node:net';
import { plainAddress } from '../../../kernel/addresses.js';
import { type BodyOrigin, BodySource } from '../../body/index.js';
import { SocketOutput } from '../../http1/socket-output.js';
import { HALF_OPEN_MS, LINGER_BYTES, LINGER_MS } from '../listening.js';
import { malformedAnswer, MALFORMED_STATUS, NOT_HTTP, TOO_SLOW } from '../malformed.js';
import { ConnectionClock } from './connection-clock.js';
import type { ClientLimits } from './overdue.js';
import type { RequestHead } from './request-head.js';
import { readShared } from './read-shared.js';
import { RequestReader, type RequestSink } from './request-reader.js';
import { type ExchangePlace, SocketExchange } from './socket-exchange.js';

/** What a session needs of its engine. */
export interface SessionHost {
  readonly limits: ClientLimits;
  readonly isClosing: boolean;
  handle(exchange: SocketExchange): void;
}

/**
 * A client's connection: reads requests and has them answered, one at a time, since a backend must not get a later one
 * first (RFC 9112, 9.3.2). Once its reader is STOPPED, the last answer is on its way and the connection ends.
 */
export class ClientSession implements ExchangePlace, RequestSink, BodyOrigin {
  readonly peerAddress: string;
  private readonly reader = new RequestReader(this);
  private readonly output: SocketOutput;
  private exchange: SocketExchange | null = null;
  private keepsAlive = true;
  private expectsContinue = false;
  private body: BodySource | null = null;
  private isAnswered = false;
  private droppedBytes = 0;
  private hasEnded = false;
  private readonly clock: ConnectionClock;

  constructor(
    private readonly socket: Socket,
    private readonly host: SessionHost,
    nowMs: number,
  ) {
    this.peerAddress = plainAddress(socket.remoteAddress ?? '');
    this.output = new SocketOutput(socket, { onTaken: () => this.answerSent(), onDrain: () => this.drained() });
    this.clock = new ConnectionClock(this.output, host.limits, nowMs);
    readShared(socket, (bytes) => this.received(bytes));
    socket.on('end', () => this.inputEnded());
    socket.on('error', () => socket.destroy());
  }

  get isGone(): boolean {
    return this.socket.destroyed;
  }

  get unsentBytes(): number {
    return this.output.unsentBytes;
  }

  get takesBody(): boolean {
    return this.isAnswered || this.body?.takesMore === true;
  }

  write(text: string): boolean {
    return this.output.write(text);
  }

  writeJoined(before: string, bytes: Uint8Array, after: string): boolean {
    return this.output.writeJoined(before, bytes, after);
  }

  mustClose(): boolean {
    // Nobody can say whether a body comes that was announced and not asked for, or the next request.
    return !this.keepsAlive || this.host.isClosing || (this.expectsContinue && this.body === null);
  }

  openBody(): BodySource {
    this.body = new BodySource(this);
    if (this.expectsContinue) this.output.write('HTTP/1.1 100 Continue\r\n\r\n');
    this.expectsContinue = false;
    return this.body;
  }

  answered(close: boolean): void {
    this.isAnswered = true;
    if (close) this.endAfterAnswer();
    else if (this.reader.phase === 'BODY') this.readOn();
    this.output.tellWhenTaken();
  }

  /** What was written gets there, unless the client can see by a reset alone that there was to be more. */
  cut(isReset: boolean): void {
    this.closed();
    if (isReset) this.socket.resetAndDestroy();
    else this.endAfterAnswer();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.output.flush();
    this.socket.destroy();
  }

  /** The socket has closed, or nobody waits any more for what runs on it. */
  closed(): void {
    const { exchange } = this;
    this.exchange = null;
    this.reader.stop();
    exchange?.over(false);
    this.body?.fail(new Error('the client has gone'));
  }

  /** Breaks off what has taken too long. */
  check(nowMs: number): void {
    const verdict = this.clock.verdict(this.reader, nowMs);
    if (verdict === 'REFUSE') this.onMalformed(TOO_SLOW);
    else if (verdict === 'CUT') this.destroy();
  }

  /** Ends the connection as soon as nothing runs on it. */
  endWhenIdle(): void {
    if (this.exchange === null && this.reader.phase === 'HEAD') this.socket.destroy();
  }

  onRequest(head: RequestHead): void {
    this.keepsAlive = head.keepsAlive;
    this.expectsContinue = head.expectsContinue && head.declaredBytes !== 0;
    this.isAnswered = false;
    this.body = null;
    this.droppedBytes = 0;
    this.exchange = new SocketExchange(this, head);
    this.host.handle(this.exchange);
  }

  onBody(piece: Buffer): void {
    if (!this.isAnswered && this.body?.isOver === false) this.body.give(piece);
    else this.drop(piece);
  }

  onBodyEnd(): void {
    this.body?.finish();
    if (this.hasEnded) this.clock.limitQuiet(HALF_OPEN_MS);
    this.nextIfDone();
  }

  /**
   * Answers what is no request, unless that would mix into an answer that has begun, and ends the connection: where the
   * next request would begin is unknown.
   */
  onMalformed(detail: string): void {
    // An answer that is whole is complete.
    this.output.flush();
    const { exchange } = this;
    if (exchange?.isAnswered === true && !exchange.isComplete) return exchange.cut();
    // A second answer would be taken for that to the next request.
    if (exchange?.isAnswered !== true) {
      this.output.write(malformedAnswer(detail));
      exchange?.refused(MALFORMED_STATUS);
    }
    this.exchange = null;
    this.endAfterAnswer();
  }

  private received(bytes: Buffer): void {
    const { reader } = this;
    if (reader.phase === 'STOPPED') return this.drop(bytes);
    if (reader.phase === 'HEAD' && !reader.isHeadBegun) this.clock.begun();
    else this.clock.moved();
    reader.take(bytes);
    if (reader.isFull) this.socket.pause();
  }

  /** Somebody takes more of the body. */
  onWanted(): void {
    // Not within the call that wants it: that would get what comes before it is back.
    if (this.reader.phase === 'BODY' && !this.reader.isReading) queueMicrotask(() => this.readOn());
  }

  /** What still comes of the body is dropped as it comes. */
  onDropped(): void {
    return undefined;
  }

  /** Reads on in a body that was held up. */
  private readOn(): void {
    const { reader, socket } = this;
    if (reader.phase === 'BODY') reader.readOn();
    if (!reader.isFull && socket.isPaused()) socket.resume();
    if (this.hasEnded && reader.phase === 'BODY' && reader.holdsNothing) this.onMalformed(NOT_HTTP);
  }

  private drained(): void {
    this.clock.moved();
    this.exchange?.drained();
  }

  private drop(bytes: Buffer): void {
    this.droppedBytes += bytes.length;
    if (this.droppedBytes > LINGER_BYTES) this.destroy();
  }

  private answerSent(): void {
    const { exchange } = this;
    if (!exchange || this.socket.destroyed) return;
    exchange.over(true);
    this.nextIfDone();
  }

  /** Goes on with the next request when this one is over in both directions. */
  private nextIfDone(): void {
    const { exchange, reader, socket } = this;
    if (reader.phase !== 'AHEAD' || exchange?.isComplete !== true) return;
    this.exchange = null;
    this.clock.begun();
    if (this.hasEnded && reader.holdsNothing) return this.output.end();
    reader.next();
    if (!reader.isFull && socket.isPaused()) socket.resume();
    // What it has sent ahead may end in half a request.
    if (this.hasEnded && reader.holdsNothing) this.inputEnded();
  }

  /** Closing with unread bytes would reset the connection and could take the answer with it, so read on for a while. */
  private endAfterAnswer(): void {
    this.reader.stop();
    this.droppedBytes = 0;
    this.clock.limitQuiet(LINGER_MS);
    this.body?.destroy();
    this.socket.resume();
    this.output.end();
  }

  /**
   * The client sends no more. It may have gone, or wait for its answer still; nobody can tell. So it is given a while,
   * and then what runs for it is broken off.
   */
  private inputEnded(): void {
    const { phase, isHeadBegun, holdsNothing } = this.reader;
    this.hasEnded = true;
    if (phase === 'STOPPED') return;
    if (isHeadBegun || (phase === 'BODY' && holdsNothing)) return this.onMalformed(NOT_HTTP);
    if (phase === 'HEAD') return this.output.end();
    if (phase === 'AHEAD') this.clock.limitQuiet(HALF_OPEN_MS);
  }
}
