import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { RestDecoder } from '../../http1/body.js';
import { HeadReader } from '../../http1/head-reader.js';
import { type BackendDispatch, BackendError, type DispatchControl, type DispatchHandler } from './backend.js';
import { framingOf, requestText } from './request-text.js';
import { type ReadResponseHead, readResponseHead } from './response-head.js';

const MAX_HEAD_BYTES = 64 * 1024;
const MAX_JOINED_BYTES = 16 * 1024;

/** A request that waits for a connection, or has one. */
export interface PendingCall {
  readonly request: BackendDispatch;
  readonly handler: DispatchHandler;
}

/** Hears of a connection when it is free again, or gone. */
export interface ConnectionOwner {
  free(connection: BackendConnection): void;
  gone(connection: BackendConnection): void;
}

/**
 * A connection to a backend. It is in one of these states:
 * - IDLE: no request is on it. A byte that comes now belongs to nothing: the connection ends.
 * - HEAD: a request is on its way, and the head of its response is awaited. Heads below 200 are told and passed over.
 * - BODY: the body of the response comes.
 * - GONE.
 * A request whose response is whole before its own body leaves a connection that nobody can use.
 */
type State = 'IDLE' | 'HEAD' | 'BODY' | 'GONE';

/** See {@link State}. Carries one request after the other, never two at once. */
export class BackendConnection implements DispatchControl {
  rawHeaders: readonly string[] | null = null;
  idleSinceMs = performance.now();
  private state: State = 'IDLE';
  private call: PendingCall | null = null;
  private reader = new HeadReader(MAX_HEAD_BYTES);
  private head: ReadResponseHead | null = null;
  private isRequestWhole = true;
  /** Bytes of the request's body that have to come still; Infinity in chunks. */
  private bodyLeft = 0;
  private isChunked = false;
  private isPaused = false;
  /** Whether something of the request may have gone out. */
  private isBegun = false;
  private held: Buffer | null = null;
  /** Of the run of the connection: callbacks of an earlier request's body must not reach a later one. */
  private run = 0;

  constructor(
    private readonly socket: Socket,
    private readonly host: string,
    private readonly owner: ConnectionOwner,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.received(bytes));
    socket.on('end', () => this.inputEnded());
    socket.on('error', (error: Error) => this.fail(error));
    socket.on('close', () => this.fail(new BackendError('CONNECTION_CLOSED', 'the connection has closed')));
    socket.on('drain', () => void (this.isRequestWhole ? undefined : this.call?.request.body?.resume()));
  }

  get isUsable(): boolean {
    return this.state === 'IDLE' && this.socket.writable && !this.socket.readableEnded;
  }

  /** Sends a request. */
  start(call: PendingCall): void {
    const { request, handler } = call;
    const framing = framingOf(request);
    this.call = call;
    this.state = 'HEAD';
    this.run += 1;
    this.head = null;
    this.rawHeaders = null;
    this.isChunked = framing.bytes === null;
    this.bodyLeft = framing.bytes ?? Infinity;
    this.isRequestWhole = request.body === null;
    this.isBegun = false;
    handler.onRequestStart(this);
    // Whoever made the call has given it up while it waited: the connection is as good as before.
    if (this.call !== call) return this.release();
    this.isBegun = true;
    let text: string;
    try {
      text = requestText(request, this.host, framing);
    } catch (error) {
      return this.fail(error as Error);
    }
    if (request.body) this.sendBody(request.body, text);
    else this.socket.write(text, 'latin1');
  }

  abort(reason: Error): void {
    if (this.isBegun) this.fail(reason);
    else this.call = null;
  }

  pause(): void {
    this.isPaused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.socket.resume();
    const { held } = this;
    this.held = null;
    if (held) this.received(held);
  }

  /** Ends the connection; a call on it fails. */
  destroy(): void {
    this.fail(new BackendError('CONNECTION_CLOSED', 'the connection was ended'));
  }

  private sendBody(body: Readable, headText: string): void {
    const { run } = this;
    const isOurs = (): boolean => this.run === run && this.state !== 'GONE';
    let head = headText;
    const flushHead = (): void => {
      if (head !== '' && isOurs()) this.socket.write(head, 'latin1');
      head = '';
    };
    body.on('data', (chunk: Buffer) => {
      if (!isOurs() || this.isRequestWhole) return;
      const text = head;
      head = '';
      if (!this.writeBody(text, chunk)) body.pause();
    });
    body.once('end', () => {
      if (!isOurs() || this.isRequestWhole) return;
      flushHead();
      this.endBody();
    });
    body.once('error', (error: Error) => {
      if (isOurs()) this.fail(error);
    });
    // The head goes at once where the first piece does not come with it.
    process.nextTick(flushHead);
  }

  private writeBody(head: string, chunk: Buffer): boolean {
    this.bodyLeft -= chunk.length;
    if (this.bodyLeft < 0) {
      this.fail(new Error('the body is longer than it says'));
      return true;
    }
    const [before, after] = this.isChunked ? [`${head}${chunk.length.toString(16)}\r\n`, '\r\n'] : [head, ''];
    if (chunk.length <= MAX_JOINED_BYTES) return this.socket.write(before + chunk.toString('latin1') + after, 'latin1');
    this.socket.cork();
    if (before !== '') this.socket.write(before, 'latin1');
    let isFree = this.socket.write(chunk);
    if (after !== '') isFree = this.socket.write(after, 'latin1');
    this.socket.uncork();
    return isFree;
  }

  private endBody(): void {
    if (this.isChunked) this.socket.write('0\r\n\r\n', 'latin1');
    else if (this.bodyLeft !== 0) return this.fail(new Error('the body is shorter than it says'));
    this.isRequestWhole = true;
  }

  private received(bytes: Buffer): void {
    // Nobody has asked for it.
    if (this.state === 'IDLE') return this.destroy();
    let rest: Buffer | null = bytes;
    while (rest !== null && rest.length > 0 && (this.state === 'HEAD' || this.state === 'BODY')) {
      if (this.isPaused) {
        this.held = this.held ? Buffer.concat([this.held, rest]) : rest;
        return;
      }
      rest = this.state === 'HEAD' ? this.readHead(rest) : this.readBody(rest);
    }
    // What stands behind a response belongs to nothing.
    if (rest !== null && rest.length > 0 && this.state !== 'GONE') this.destroy();
  }

  /** Gives what stands behind the head; null when it is not whole. */
  private readHead(bytes: Buffer): Buffer | null {
    const { call } = this;
    const whole = this.reader.take(bytes);
    if (!whole || !call) {
      if (this.reader.isOverflown) this.fail(new BackendError('RESPONSE_HEAD_TOO_LARGE', 'the head is too large'));
      return null;
    }
    const head = readResponseHead(whole.head, call.request.method);
    if (!head) {
      this.fail(new BackendError('RESPONSE_INVALID', 'the response is no valid HTTP'));
      return null;
    }
    this.rawHeaders = head.headers;
    if (head.status >= 200) {
      this.head = head;
      this.state = 'BODY';
    }
    call.handler.onResponseStart(this, head.status);
    if (this.state === 'BODY' && (head.body === null || head.body.isDone)) this.responseEnded(whole.rest.length === 0);
    return whole.rest;
  }

  /** Gives what stands behind the body. */
  private readBody(bytes: Buffer): Buffer | null {
    const { call, head } = this;
    if (!call || !head?.body) return bytes;
    const { body } = head;
    const taken = body.take(bytes, (piece) => {
      if (this.call === call) call.handler.onResponseData(this, piece);
    });
    if (this.call !== call) return null;
    if (taken < 0) {
      this.fail(new BackendError('RESPONSE_INVALID', 'the body is no valid HTTP'));
      return null;
    }
    if (body.isDone) this.responseEnded(taken === bytes.length);
    return taken === bytes.length ? null : bytes.subarray(taken);
  }

  private responseEnded(isLastByte: boolean): void {
    const { call, head } = this;
    this.call = null;
    const canStay = isLastByte && this.isRequestWhole && head?.keepsAlive === true && this.socket.writable;
    this.state = 'IDLE';
    this.isRequestWhole = true;
    if (this.isPaused) this.resume();
    call?.handler.onResponseEnd();
    if (canStay) this.release();
    else this.leave();
  }

  private release(): void {
    this.state = 'IDLE';
    this.isRequestWhole = true;
    this.idleSinceMs = performance.now();
    this.owner.free(this);
  }

  private inputEnded(): void {
    const { call, head } = this;
    if (this.state === 'BODY' && head && !head.keepsAlive && isUntilClose(head)) {
      this.call = null;
      this.leave();
      call?.handler.onResponseEnd();
      return;
    }
    const isBegun = this.state === 'BODY' || this.reader.isBegun;
    this.fail(
      isBegun
        ? new BackendError('RESPONSE_INCOMPLETE', 'the response is not whole')
        : new BackendError('CONNECTION_CLOSED', 'the connection has closed'),
    );
  }

  private fail(error: Error): void {
    const { call } = this;
    if (this.state === 'GONE') return;
    this.call = null;
    this.leave();
    call?.handler.onResponseError(this, error);
  }

  private leave(): void {
    if (this.state === 'GONE') return;
    this.state = 'GONE';
    this.socket.destroy();
    this.owner.gone(this);
  }
}

function isUntilClose({ body }: ReadResponseHead): boolean {
  return body instanceof RestDecoder;
}
