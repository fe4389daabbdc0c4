import type { GatewayFailure } from '../../errors/index.js';
import type { BodySource } from '../body/index.js';
import { type HeaderList, receivedHeaders } from '../header-list.js';
import { findHeader } from '../headers.js';
import type { Breaker } from './breaker.js';
import { ConnectionDenied } from './connector.js';
import { failureOf } from './failure-of.js';
import type { Backend, DispatchControl, DispatchHandler } from './sockets/backend.js';

export interface UpstreamRequest {
  readonly method: string;
  /** Path with query. */
  readonly target: string;
  readonly headers: HeaderList;
  /** Null for a request without a body. When it fails, the call fails with its error. */
  readonly body: BodySource | null;
  /** For the whole response; absent: as long as a backend has. */
  readonly timeoutMs?: number;
}

/** What becomes of a call. After {@link onEnd} or {@link onFailure} nothing more is called. */
export interface UpstreamObserver {
  onHead(status: number, headers: HeaderList): void;
  /** False holds the response back until {@link UpstreamCall.resume}. The bytes may change after the call. */
  onData(chunk: Buffer): boolean;
  onEnd(): void;
  /** `cause` is the error behind the failure, null when the time was up. */
  onFailure(failure: GatewayFailure, cause: Error | null): void;
}

class CallAborted extends Error {}

/** Whether a body comes in another coding than chunks, or in chunks of something else. */
function isCodedOtherwise(headers: readonly string[]): boolean {
  const coding = findHeader(headers, 'transfer-encoding');
  return coding !== null && coding.toLowerCase() !== 'chunked';
}

/** Headers as text; they are bytes all, or none of them. */
function listOf(parts: readonly (string | Buffer)[]): HeaderList {
  if (typeof parts[0] === 'string') return receivedHeaders(parts as readonly string[]);
  return receivedHeaders(parts.map((part) => part.toString('latin1')));
}

/** How often a request is tried again that never reached the backend. */
const RETRIES = 1;

/** One request to a backend and its response, with one limit for the time of it all. */
export class UpstreamCall implements DispatchHandler {
  private controller: DispatchControl | null = null;
  isOver = false;
  private hasHead = false;
  private retriesLeft = RETRIES;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly request: UpstreamRequest,
    private readonly observer: UpstreamObserver,
    private readonly breaker: Breaker,
    private readonly timeoutMs: number,
  ) {
    // The time counts from the last byte of the request: how fast a client sends is not the backend's doing.
    if (request.body) request.body.onMoved = () => this.timer?.refresh();
  }

  start(): void {
    this.timer = setTimeout(() => this.expire(), this.timeoutMs);
    this.dispatch();
  }

  /** Ends the call; the observer hears nothing more. The connection is not used again. */
  abort(): void {
    if (!this.finish()) return;
    this.breaker.abandoned();
    this.controller?.abort(new CallAborted('the call was ended'));
  }

  /** Goes on after {@link UpstreamObserver.onData} has answered false. */
  resume(): void {
    if (!this.isOver) this.controller?.resume();
  }

  onRequestStart(controller: DispatchControl): void {
    this.controller = controller;
    // Ended while it waited for a connection: the pool must get the connection back.
    if (this.isOver) controller.abort(new CallAborted('the call was ended'));
  }

  onResponseStart(controller: DispatchControl, status: number): void {
    if (this.isOver || status < 200) return;
    this.hasHead = true;
    this.breaker.answered();
    const headers = listOf(controller.rawHeaders ?? []);
    if (isCodedOtherwise(headers)) return this.refuseResponse();
    this.observer.onHead(status, headers);
  }

  onResponseData(controller: DispatchControl, chunk: Buffer): void {
    if (!this.isOver && !this.observer.onData(chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (this.finish()) this.observer.onEnd();
  }

  onResponseError(_controller: DispatchControl | null, error: Error): void {
    if (this.isOver) return;
    const neverReached = this.controller === null;
    const failure = failureOf(error);
    if (neverReached && failure.failure === 'UpstreamBroken' && this.retriesLeft > 0) {
      this.retriesLeft -= 1;
      this.dispatch();
      return;
    }
    this.finish();
    // The client's fault, or the settings': it says nothing about the backend.
    if (this.request.body?.error || error instanceof ConnectionDenied) this.breaker.abandoned();
    else if (failure.failure === 'UpstreamUnreachable') this.breaker.failed();
    else this.breaker.answered();
    this.observer.onFailure(failure, error);
  }

  /** The body's end, or what it says, would be read differently by others. */
  private refuseResponse(): void {
    this.finish();
    this.observer.onFailure({ failure: 'UpstreamBroken', detail: 'response is no valid HTTP' }, null);
    this.controller?.abort(new CallAborted('the response was refused'));
  }

  private dispatch(): void {
    const { method, target, headers, body } = this.request;
    this.backend.dispatch({ method, path: target, headers, body }, this);
  }

  private expire(): void {
    if (!this.finish()) return;
    const isSent = this.request.body?.isWhole ?? true;
    if (!this.hasHead && isSent) this.breaker.failed();
    else this.breaker.abandoned();
    this.observer.onFailure({ failure: 'UpstreamTimeout' }, null);
    this.controller?.abort(new CallAborted('the time was up'));
  }

  /** False when it was over before. */
  private finish(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    if (this.timer) clearTimeout(this.timer);
    return true;
  }
}
