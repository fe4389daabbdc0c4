import type { BodySource } from './body/index.js';
import type { GatewayFailure } from '../errors/index.js';
import type { Exchange, RequestBody, ResponseWriter } from './exchange.js';
import type { HeaderList } from './header-list.js';
import { findHeader } from './headers.js';
import type { Span } from '../kernel/tracing/index.js';
import { BodyTooLarge, MAX_BODY_BYTES } from './limits.js';
import type { RequestContext } from './request-context.js';
import { beginBackendSpan } from './request-spans.js';
import type { Responder } from './responder.js';
import { endToEndHeaders, UpstreamCall, type UpstreamCaller, type UpstreamObserver } from './upstream/index.js';

/** A request as it goes out: where to, and with which headers. */
export interface ForwardTarget {
  readonly origin: string;
  /** Path with query. */
  readonly target: string;
  readonly headers: HeaderList;
}

/** Sends a request to its backend and the response to the client, both piece by piece. */
export function forward(
  upstreams: UpstreamCaller,
  target: ForwardTarget,
  { exchange, body, span }: RequestContext,
  responder: Responder,
): void {
  new Forwarding(exchange, body, responder, span).begin(upstreams, target);
}

class Forwarding implements UpstreamObserver {
  private readonly body: BodySource | null;
  private call: UpstreamCall | null = null;
  private writer: ResponseWriter | null = null;
  private receivedBytes = 0;
  private status: number | null = null;
  /** Of the call to the backend. */
  private callSpan: Span | null = null;

  constructor(
    private readonly exchange: Exchange,
    body: RequestBody | null,
    private readonly responder: Responder,
    private readonly span: Span | null,
  ) {
    this.body = body && body.open();
  }

  begin(upstreams: UpstreamCaller, { origin, target, headers }: ForwardTarget): void {
    this.callSpan = beginBackendSpan(this.span, this.exchange.method, origin, headers);
    const request = { method: this.exchange.method, target, headers, body: this.body };
    const call = upstreams.call(origin, request, this);
    if (call instanceof UpstreamCall) {
      this.call = call;
      this.exchange.onGone(() => this.stop());
    } else {
      this.onFailure(call, null);
    }
  }

  onHead(status: number, headers: HeaderList): void {
    this.status = status;
    const declaredBytes = Number(findHeader(headers, 'content-length') ?? 0);
    if (declaredBytes > MAX_BODY_BYTES && this.exchange.method !== 'HEAD') return this.refuseResponse();
    // Nobody further up would catch what is thrown here: it is this request's failure, not the connection's.
    this.responder.attempt(() => {
      this.writer = this.responder.start(status, endToEndHeaders(status, headers));
      this.writer.onDrain(() => this.call?.resume());
    });
    if (!this.writer) this.stop();
  }

  onData(chunk: Buffer): boolean {
    this.receivedBytes += chunk.length;
    if (this.receivedBytes <= MAX_BODY_BYTES) return this.writer?.write(chunk) ?? true;
    this.refuseResponse();
    return true;
  }

  onEnd(): void {
    this.callSpan?.end(this.status);
    this.writer?.end();
    this.body?.destroy();
  }

  onFailure(failure: GatewayFailure, cause: Error | null): void {
    this.callSpan?.end(null);
    this.body?.destroy();
    this.responder.fail(cause instanceof BodyTooLarge ? { failure: 'RequestTooLarge' } : failure, cause);
  }

  private refuseResponse(): void {
    this.stop();
    this.responder.cut({ failure: 'ResponseTooLarge' });
  }

  private stop(): void {
    this.callSpan?.end(null);
    this.call?.abort();
    this.body?.destroy();
  }
}
