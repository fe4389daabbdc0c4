import type { BodySource } from './body/index.js';
import type { HeaderList } from './header-list.js';

/** Status and headers of a response, in the order in which they are sent. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: HeaderList;
  /** Headers that tell limits, as limit-headers.ts writes them; after the others. Absent for none. */
  readonly limitLines?: string;
}

/** The body of a request, not read until {@link RequestBody.open}. */
export interface RequestBody {
  /** Length that the client declared, in bytes; null when it comes in chunks. */
  readonly declaredBytes: number | null;
  /**
   * Gives the body, which the client is asked for by that; once only. It fails with BodyTooLarge when it grows too large,
   * and when the client goes away before its end.
   */
  open(): BodySource;
}

/** A response that is sent piece by piece. */
export interface ResponseWriter {
  /** False asks to wait for {@link onDrain} before more is written. The bytes may change after the call. */
  write(chunk: Uint8Array): boolean;
  /** Calls when more may be written after a false {@link write}. */
  onDrain(listener: () => void): void;
  end(): void;
}

/**
 * One request and its response, as all of the gateway sees it: nothing here belongs to the HTTP engine under it,
 * so that the engine can be exchanged.
 */
export interface Exchange {
  /** Made here, never taken from the client. */
  readonly id: string;
  readonly receivedAtMs: number;
  readonly method: string;
  /** The request target as it was sent. */
  readonly target: string;
  /** Scheme of the client's connection to this process. */
  readonly scheme: 'http' | 'https';
  /** Address of the connection's other end. */
  readonly peerAddress: string;
  /** Name, value, name, value, as sent; values are Latin-1. */
  readonly headers: HeaderList;
  /** Null for a request without a body. */
  readonly body: RequestBody | null;
  /** Whether the head of the response has been given out. */
  readonly isAnswered: boolean;
  /** Whether the client has gone, so that no response can reach it. */
  readonly isGone: boolean;
  /** Of the response that was given out; null as long as there is none. */
  readonly status: number | null;
  /** Whether the response has reached the client's connection as a whole. */
  readonly isComplete: boolean;
  /** What has gone to the client for this request, heads included. */
  readonly outboundBytes: number;
  /** Since the head of the request was read. */
  readonly elapsedMs: number;
  /** Sends a whole response. `close` ends the connection after it, even when the client still sends. */
  respond(head: ResponseHead, body: string | Uint8Array, options?: { readonly close: boolean }): void;
  /** Starts a response that is sent piece by piece. */
  start(head: ResponseHead): ResponseWriter;
  /** Breaks the connection off, so that the client sees that the response is not whole. */
  cut(): void;
  /** Calls once when the client has gone before the response was complete. */
  onGone(listener: () => void): void;
  /** Calls once when the response has been sent or can no longer be. */
  onOver(listener: () => void): void;
}
