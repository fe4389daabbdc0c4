import type { Readable } from 'node:stream';
import { newId } from '../../../kernel/ids.js';
import type { Exchange, RequestBody, ResponseHead, ResponseWriter } from '../../exchange.js';
import { findHeader, type HeaderList } from '../../headers.js';
import { responseText } from './response-text.js';

/** Larger bodies are written beside their head instead of copied behind it. */
const MAX_JOINED_BYTES = 16 * 1024;
const LAST_CHUNK = '0\r\n\r\n';

/** What an exchange needs of its connection. */
export interface ExchangePlace {
  readonly peerAddress: string;
  readonly isGone: boolean;
  /** Bytes that were given to the socket and have not left this process. */
  readonly unsentBytes: number;
  /** Writes Latin-1 text or bytes; false asks to wait for a drain. */
  write(data: string | Uint8Array): boolean;
  writeTogether(text: string, bytes: Uint8Array): boolean;
  /** Whether the connection has to end with this response. */
  mustClose(): boolean;
  openBody(): Readable;
  /** The response has been given to the socket as a whole. */
  answered(close: boolean): void;
  cut(): void;
}

/** The head of a request that came whole. */
export interface ReceivedHead {
  readonly method: string;
  readonly target: string;
  readonly minorVersion: 0 | 1;
  readonly headers: readonly string[];
  /** Null for chunks; 0 for no body. */
  readonly declaredBytes: number | null;
}

/** The exchange on a socket. */
export class SocketExchange implements Exchange {
  readonly id = newId();
  readonly receivedAtMs = Date.now();
  readonly scheme = 'http';
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: RequestBody | null;
  status: number | null = null;
  isComplete = false;
  private readonly startedMs = performance.now();
  private writtenBytes = 0;
  private onDrained: (() => void) | null = null;
  private readonly goneListeners: (() => void)[] = [];
  private readonly overListeners: (() => void)[] = [];
  private isOver = false;
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
    return this.isRefused || (this.place.isGone && !this.isComplete);
  }

  get outboundBytes(): number {
    return Math.max(0, this.writtenBytes - this.place.unsentBytes);
  }

  get elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  respond({ status, headers }: ResponseHead, content: string | Uint8Array, options = { close: false }): void {
    this.begin(status);
    const body =
      typeof content === 'string'
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const close = options.close || this.place.mustClose();
    const length = hasNoLength(status) ? '' : `Content-Length: ${body.length}\r\n`;
    const text = responseText(status, headers) + length + this.ending(close);
    if (this.hasNoBody(status)) this.write(text);
    else if (body.length <= MAX_JOINED_BYTES) this.write(text + body.toString('latin1'));
    else this.writeTogether(text, body);
    this.place.answered(close);
  }

  start({ status, headers }: ResponseHead): ResponseWriter {
    this.begin(status);
    const length = findHeader(headers, 'content-length');
    if (this.hasNoBody(status)) return this.startPlain(status, headers, 0);
    if (length !== null) return this.startPlain(status, headers, Number(length));
    return this.head.minorVersion === 1 ? this.startChunked(status, headers) : this.startPlain(status, headers, null);
  }

  cut(): void {
    if (!this.isOver) this.place.cut();
  }

  onGone(listener: () => void): void {
    this.goneListeners.push(listener);
  }

  onOver(listener: () => void): void {
    this.overListeners.push(listener);
  }

  /** The socket takes more. */
  drained(): void {
    this.onDrained?.();
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

  /** A response whose bytes go out as they are. `length` null: it ends with the connection. */
  private startPlain(status: number, headers: HeaderList, length: number | null): ResponseWriter {
    const close = length === null || this.place.mustClose();
    let left = length ?? Infinity;
    const hasNoBody = this.hasNoBody(status);
    return this.writer(
      responseText(status, headers) + this.ending(close),
      (chunk, head) => {
        if (hasNoBody) return true;
        left -= chunk.length;
        // More than was announced would be taken for the next response.
        if (left < 0) this.place.cut();
        return left < 0 || this.writeBehind(head, chunk);
      },
      () => {
        if (!hasNoBody && length !== null && left !== 0) this.place.cut();
        else this.place.answered(close);
      },
    );
  }

  private startChunked(status: number, headers: HeaderList): ResponseWriter {
    const close = this.place.mustClose();
    const text = `${responseText(status, headers)}Transfer-Encoding: chunked\r\n${this.ending(close)}`;
    return this.writer(
      text,
      (chunk, head) => {
        if (chunk.length === 0) return true;
        const size = `${head}${chunk.length.toString(16)}\r\n`;
        if (chunk.length <= MAX_JOINED_BYTES)
          return this.write(
            `${size}${Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1')}\r\n`,
          );
        this.writeTogether(size, chunk);
        return this.write('\r\n');
      },
      () => {
        this.write(LAST_CHUNK);
        this.place.answered(close);
      },
    );
  }

  /** The head waits for the first piece, to leave in one packet with it, but not for longer than this turn. */
  private writer(
    headText: string,
    send: (chunk: Uint8Array, head: string) => boolean,
    end: () => void,
  ): ResponseWriter {
    let head = headText;
    const takeHead = (): string => {
      const text = head;
      head = '';
      return text;
    };
    const flush = (): void => {
      const text = takeHead();
      if (text !== '' && !this.isOver) this.write(text);
    };
    process.nextTick(flush);
    return {
      write: (chunk) => (this.isOver ? true : send(chunk, takeHead())),
      onDrain: (listener) => {
        this.onDrained = listener;
      },
      end: () => {
        flush();
        if (!this.isOver) end();
      },
    };
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

  private writeBehind(head: string, chunk: Uint8Array): boolean {
    if (head === '') return this.writeBytes(chunk);
    if (chunk.length > MAX_JOINED_BYTES) return this.writeTogether(head, chunk);
    return this.write(head + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1'));
  }

  private write(text: string): boolean {
    this.writtenBytes += text.length;
    return this.place.write(text);
  }

  private writeBytes(bytes: Uint8Array): boolean {
    this.writtenBytes += bytes.length;
    return this.place.write(bytes);
  }

  private writeTogether(text: string, bytes: Uint8Array): boolean {
    this.writtenBytes += text.length + bytes.length;
    return this.place.writeTogether(text, bytes);
  }
}

function hasNoLength(status: number): boolean {
  return status === 204 || status === 304;
}
