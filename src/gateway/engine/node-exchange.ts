import type { IncomingMessage, ServerResponse } from 'node:http';
import { type HeaderList, receivedHeaders } from '../header-list.js';
import { newRequestId } from '../request-id.js';
import { plainAddress } from '../../kernel/addresses.js';
import { type BodySource, fromStream } from '../body/index.js';
import type { Exchange, RequestBody, ResponseHead, ResponseWriter } from '../exchange.js';
import { allHeaders } from '../limit-headers.js';
import { endSoon } from './end-soon.js';
import { framingOf, hasNoLength } from './framing.js';
import { LINGER_BYTES, LINGER_MS } from './listening.js';

const CONNECTION_CLOSE = ['Connection', 'close'];

/** The exchange on node:http. */
export class NodeExchange implements Exchange {
  readonly id = newRequestId();
  readonly receivedAtMs = Date.now();
  readonly method: string;
  readonly target: string;
  readonly scheme = 'http';
  readonly peerAddress: string;
  readonly headers: HeaderList;
  readonly body: RequestBody | null;
  status: number | null = null;
  private readonly startedMs = performance.now();
  private bytesBefore = 0;
  private isRefused = false;
  private isBodyOpen = false;
  /** Whether only the end of the connection ends the response. */
  private isEndedByClose = false;

  /** `expectsContinue`: the client waits for a 100 before it sends the body. `isLast`: the connection is to end. */
  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    private readonly options: { readonly expectsContinue: boolean; readonly isLast: () => boolean },
  ) {
    this.method = request.method ?? '';
    this.target = request.url ?? '';
    this.peerAddress = plainAddress(request.socket.remoteAddress ?? '');
    this.headers = receivedHeaders(request.rawHeaders);
    this.body = this.readBody();
    // A client that breaks off makes both streams fail; whoever needs to know listens to onGone or to the body.
    response.on('error', () => request.socket.destroy());
    request.on('error', () => request.socket.destroy());
    response.once('finish', () => {
      this.discardRest();
      // A keep-alive connection would hold the end of the process up.
      if (options.isLast()) request.socket.end();
    });
  }

  /** Whether the response has been sent or can no longer be. */
  get isOver(): boolean {
    return this.response.writableFinished || this.response.destroyed;
  }

  /** Whether the client still sends this request: what it sends next belongs to it. */
  get isReceiving(): boolean {
    return !this.request.complete;
  }

  get isGone(): boolean {
    return this.response.destroyed && !this.response.writableFinished;
  }

  get isAnswered(): boolean {
    return this.response.headersSent;
  }

  get isComplete(): boolean {
    return this.response.writableFinished || this.isRefused;
  }

  get outboundBytes(): number {
    return this.request.socket.bytesWritten - this.bytesBefore;
  }

  get elapsedMs(): number {
    return performance.now() - this.startedMs;
  }

  /** Its turn on the connection has come: what goes out from now on is its own. */
  begin(): void {
    this.bytesBefore = this.request.socket.bytesWritten;
  }

  /** The connection has answered in its place, because what came of the request is no valid HTTP. */
  refused(status: number): void {
    this.status = status;
    this.isRefused = true;
  }

  respond(head: ResponseHead, content: string | Uint8Array, options = { close: false }): void {
    const { response } = this;
    // With a text node:http would write the head in UTF-8 too, and so change header values beyond ASCII.
    const body = typeof content === 'string' ? Buffer.from(content) : content;
    const length = hasNoLength(head.status) ? [] : ['Content-Length', String(body.length)];
    const isLast = options.close || this.isLast;
    this.status = head.status;
    response.writeHead(head.status, [...allHeaders(head), ...length, ...(isLast ? CONNECTION_CLOSE : [])]);
    const willClose = isLast || !response.shouldKeepAlive;
    if (willClose && !this.request.complete && !this.isBodyUnasked) this.endLater(body);
    else response.end(body);
  }

  start(head: ResponseHead): ResponseWriter {
    const { response } = this;
    this.status = head.status;
    const version = { method: this.method, minorVersion: this.request.httpVersionMinor };
    this.isEndedByClose = framingOf(version, head) === 'REST';
    response.writeHead(head.status, [...allHeaders(head), ...(this.isLast ? CONNECTION_CLOSE : [])]);
    let isBegun = false;
    // The head waits for the first piece, to leave in one packet with it, but not for longer than this turn.
    process.nextTick(() => {
      if (!isBegun) response.flushHeaders();
    });
    return {
      write: (chunk) => {
        isBegun = true;
        return response.write(Buffer.from(chunk));
      },
      onDrain: (listener) => void response.on('drain', listener),
      end: () => {
        isBegun = true;
        response.end();
      },
    };
  }

  cut(): void {
    if (this.isEndedByClose) this.request.socket.resetAndDestroy();
    else endSoon(this.request.socket);
  }

  onGone(listener: () => void): void {
    this.response.once('close', () => {
      if (!this.response.writableFinished) listener();
    });
  }

  onOver(listener: () => void): void {
    this.response.once('close', listener);
  }

  private readBody(): RequestBody | null {
    const { request, response } = this;
    const declared = request.headers['content-length'];
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    if (!isChunked && (declared === undefined || Number(declared) === 0)) return null;
    return {
      declaredBytes: isChunked ? null : Number(declared),
      open: (): BodySource => {
        this.isBodyOpen = true;
        if (this.options.expectsContinue) response.writeContinue();
        return fromStream(request);
      },
    };
  }

  /** Whether the client waits for a 100 that it has not got, and so has probably not sent its body. */
  private get isBodyUnasked(): boolean {
    return this.options.expectsContinue && !this.isBodyOpen;
  }

  /** Whether no request may follow on the connection. Nobody can say whether an unasked body comes or the next request. */
  private get isLast(): boolean {
    return this.options.isLast() || this.isBodyUnasked;
  }

  /** Closing with unread bytes would reset the connection and could take the answer with it, so read on for a while. */
  private endLater(body: Uint8Array): void {
    const { request, response } = this;
    response.write(body);
    const end = (): void => void response.end();
    const timer = setTimeout(end, LINGER_MS);
    request.once('end', end);
    response.once('close', () => clearTimeout(timer));
    this.discardRest();
  }

  /** Reads away what a client still sends of a request that has its answer, within a limit. */
  private discardRest(): void {
    const { request } = this;
    if (request.complete || request.destroyed) return;
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LINGER_BYTES) request.socket.destroy();
    });
    request.resume();
  }
}
