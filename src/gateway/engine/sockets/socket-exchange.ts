import type { HeaderList } from '../../header-list.js';
import { newRequestId } from '../../request-id.js';
import type { BodySource } from '../../body/index.js';
import type { Exchange, RequestBody, ResponseHead, ResponseWriter } from '../../exchange.js';
import { turnClock } from '../../turn.js';
import { framingOf, hasNoLength } from '../framing.js';
import { type ResponseOutlet, SocketWriter } from './response-writer.js';
import { responseText } from './response-text.js';

/** What an exchange needs of its connection. */
export interface ExchangePlace {
  readonly peerAddress: string;
  readonly isGone: boolean;
  /** Bytes that were given to the socket and have not left this process. */
  readonly unsentBytes: number;
  /** Writes Latin-1 text; false asks to wait for a drain. */
  write(text: string): boolean;
  /** Writes text, bytes and text as one piece. The bytes may change after the call. */
  writeJoined(before: string, bytes: Uint8Array, after: string): boolean;
  /** Whether the connection has to end with this response. */
  mustClose(): boolean;
  openBody(): BodySource;
  /** The response has been given to the socket as a whole. */
  answered(close: boolean): void;
  /** Ends the connection although the response is not whole: by a reset, or by an end behind what was written. */
  cut(isReset: boolean): void;
}

/** The head of a request that came whole. */
export interface ReceivedHead {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  readonly headers: HeaderList;
  /** Null for chunks; 0 for no body. */
  readonly declaredBytes: number | null;
}

/** The exchange on a socket. */
export class SocketExchange implements Exchange, ResponseOutlet {
  readonly id = newRequestId();
  readonly receivedAtMs = turnClock.nowMs();
  readonly scheme = 'http';
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: RequestBody | null;
  status: number | null = null;
  isComplete = false;
  isOver = false;
  private readonly startedMs = turnClock.steadyMs();
  private writtenBytes = 0;
  private writer: SocketWriter | null = null;
  private readonly goneListeners: (() => void)[] = [];
  private readonly overListeners: (() => void)[] = [];
  private isRefused = false;

  constructor(
    private readonly place: ExchangePlace,
    private readonly head: ReceivedHead,
  ) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.body = head.declaredBytes === 0 ? null : { declaredBytes: head.declaredBytes, open: () => place.openBody() };
  }

  get peerAddress(): string {
    return this.place.peerAddress;
  }

  get isAnswered(): boolean {
    return this.status !== null;
  }

  get isGone(): boolean {
    return this.isRefused || (!this.isComplete && (this.isOver || this.place.isGone));
  }

  get outboundBytes(): number {
    return Math.max(0, this.writtenBytes - this.place.unsentBytes);
  }

  get elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  respond(
    { status, headers, limitLines = '' }: ResponseHead,
    content: string | Uint8Array,
    options = { close: false },
  ): void {
    this.begin(status);
    const body = typeof content === 'string' ? Buffer.from(content) : content;
    const close = options.close || this.place.mustClose();
    const length = hasNoLength(status) ? '' : `Content-Length: ${body.length}\r\n`;
    const text = responseText(status, headers) + limitLines + length + this.ending(close);
    if (this.hasNoBody(status)) this.write(text);
    else this.writeJoined(text, body, '');
    this.finish(close);
  }

  start(response: ResponseHead): ResponseWriter {
    const { status, headers, limitLines = '' } = response;
    this.begin(status);
    const framing = framingOf(this.head, response);
    const close = framing === 'REST' || this.place.mustClose();
    const coding = framing === 'CHUNKS' ? 'Transfer-Encoding: chunked\r\n' : '';
    const head = responseText(status, headers) + limitLines + coding + this.ending(close);
    this.write(head);
    return (this.writer = new SocketWriter(this, framing, close));
  }

  /** All of the response has been given to the connection. */
  finish(close: boolean): void {
    this.place.answered(close);
  }

  cut(): void {
    if (!this.isOver) this.place.cut(this.writer?.framing === 'REST');
  }

  onGone(listener: () => void): void {
    this.goneListeners.push(listener);
  }

  onOver(listener: () => void): void {
    this.overListeners.push(listener);
  }

  /** The socket takes more. */
  drained(): void {
    this.writer?.onDrained?.();
  }

  /** The response has left this process, or can no longer do so. */
  over(isComplete: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    this.isComplete = isComplete;
    if (!isComplete) for (const listener of this.goneListeners) listener();
    for (const listener of this.overListeners) listener();
  }

  /** The connection has answered in its place, because what came of the request is no valid HTTP. */
  refused(status: number): void {
    this.status = status;
    this.isRefused = true;
    // Whoever works for it is to stop, as if the client had gone.
    for (const listener of this.goneListeners) listener();
    this.over(true);
  }

  write(text: string): boolean {
    this.writtenBytes += text.length;
    return this.place.write(text);
  }

  writeJoined(before: string, bytes: Uint8Array, after: string): boolean {
    this.writtenBytes += before.length + bytes.length + after.length;
    return this.place.writeJoined(before, bytes, after);
  }

  private begin(status: number): void {
    if (this.status !== null) throw new Error('the request has been answered already');
    this.status = status;
  }

  /** The last lines of a head. Only what differs from the version's standard is said. */
  private ending(close: boolean): string {
    if (close) return 'Connection: close\r\n\r\n';
    return this.head.minorVersion === 0 ? 'Connection: keep-alive\r\n\r\n' : '\r\n';
  }

  private hasNoBody(status: number): boolean {
    return this.method === 'HEAD' || hasNoLength(status);
  }
}
