import type { Socket } from 'node:net';
import { RestDecoder } from '../../http1/body.js';
import { HeadReader } from '../../http1/head-reader.js';
import { SocketOutput } from '../../http1/socket-output.js';
import { turnClock } from '../../turn.js';
import { type BackendDispatch, BackendError, type DispatchControl, type DispatchHandler } from './backend.js';
import { BodySender } from './body-sender.js';
import { requestText } from './request-text.js';
import { type ReadResponseHead, readResponseHead } from './response-head.js';

const MAX_HEAD_BYTES = 64 * 1024;

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
  private readonly reader = new HeadReader(MAX_HEAD_BYTES);
  private head: ReadResponseHead | null = null;
  /** Of the request's body; null when it has none, or is over. */
  private sender: BodySender | null = null;
  private isPaused = false;
  /** Whether something of the request may have gone out. */
  private isBegun = false;
  /** A copy of what has come during a pause. */
  private held: Buffer | null = null;
  private socket: Socket | null = null;
  private output: SocketOutput | null = null;

  /** `host` is what Host says where a request does not. */
  constructor(
    private readonly host: string,
    private readonly owner: ConnectionOwner,
  ) {}

  /** Takes the socket, which has been connected; {@link received} gets what is read from it. */
  attach(socket: Socket): void {
    this.socket = socket;
    this.output = new SocketOutput(socket, { onDrain: () => this.sender?.drained() });
    socket.on('end', () => this.inputEnded());
    socket.on('error', (error: Error) => this.fail(error));
    socket.on('close', () => this.fail(new BackendError('CONNECTION_CLOSED', 'the connection has closed')));
  }

  get isUsable(): boolean {
    return this.state === 'IDLE' && this.socket?.writable === true && !this.socket.readableEnded;
  }

  /** Sends a request. False when it has been given up while it waited: the connection is as good as before. */
  start(call: PendingCall): boolean {
    this.call = call;
    this.state = 'HEAD';
    this.head = null;
    this.rawHeaders = null;
    this.isBegun = false;
    call.handler.onRequestStart(this);
    if (this.call !== call) {
      this.state = 'IDLE';
      return false;
    }
    this.isBegun = true;
    try {
      this.send(call.request);
    } catch (error) {
      this.fail(error as Error);
    }
    return true;
  }

  abort(reason: Error): void {
    if (this.isBegun) this.fail(reason);
    else this.call = null;
  }

  pause(): void {
    this.isPaused = true;
    this.socket?.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.socket?.resume();
    const { held } = this;
    this.held = null;
    if (held) this.received(held);
  }

  /** Ends the connection; a call on it fails. */
  destroy(): void {
    this.fail(new BackendError('CONNECTION_CLOSED', 'the connection was ended'));
  }

  /** Reads bytes that have come; they may change after the call. */
  received(bytes: Buffer): void {
    // Nobody has asked for it: there is no request, or it has not left yet.
    const isUnasked = this.sender === null && this.output?.isWaiting === true;
    if (this.state === 'IDLE' || isUnasked) return this.destroy();
    let rest: Buffer | null = bytes;
    while (rest !== null && rest.length > 0 && (this.state === 'HEAD' || this.state === 'BODY')) {
      if (this.isPaused) {
        this.held = this.held ? Buffer.concat([this.held, rest]) : Buffer.from(rest);
        return;
      }
      rest = this.state === 'HEAD' ? this.readHead(rest) : this.readBody(rest);
    }
    // What stands behind a response belongs to nothing.
    if (rest !== null && rest.length > 0 && this.state !== 'GONE') this.destroy();
  }

  /** @throws Error for what cannot be written as a request. */
  private send(request: BackendDispatch): void {
    const { output } = this;
    const { text, bodyBytes } = requestText(request, this.host);
    output?.write(text);
    if (!output || !request.body) return;
    const body = { source: request.body, bytes: bodyBytes };
    this.sender = new BodySender(output, body, (error) => this.fail(error));
    this.sender.start();
  }

  /** Gives what stands behind the head; null when it is not whole. */
  private readHead(bytes: Buffer): Buffer | null {
    const { call } = this;
    const whole = this.reader.take(bytes);
    if (!whole || !call) {
      if (this.reader.isOverflown) this.fail(new BackendError('RESPONSE_HEAD_TOO_LARGE', 'the head is too large'));
      return null;
    }
    const head = readResponseHead(whole, call.request.method);
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
    if (this.state === 'BODY' && (head.body === null || head.body.isDone)) this.responseEnded(whole.rest === null);
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
    const isRequestWhole = this.sender === null || this.sender.isDone;
    const canStay = isLastByte && isRequestWhole && head?.keepsAlive === true && this.socket?.writable === true;
    this.endCall();
    this.state = 'IDLE';
    if (this.isPaused) this.resume();
    call?.handler.onResponseEnd();
    if (!canStay) return this.leave();
    this.idleSinceMs = turnClock.steadyMs();
    this.owner.free(this);
  }

  private inputEnded(): void {
    const { call, head } = this;
    // A reset right behind bytes is told as an end; but then the connection has no other end any more.
    const isReset = this.socket?.remoteAddress === undefined;
    if (this.state === 'BODY' && head?.body instanceof RestDecoder && !isReset) {
      this.endCall();
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
    this.endCall();
    this.leave();
    call?.handler.onResponseError(this, error);
  }

  private endCall(): void {
    this.call = null;
    this.sender?.stop();
    this.sender = null;
  }

  private leave(): void {
    if (this.state === 'GONE') return;
    this.state = 'GONE';
    this.socket?.destroy();
    this.owner.gone(this);
  }
}
