import type { BodySource } from '../../body/index.js';
import type { HeaderList } from '../../header-list.js';

/** A request as it goes to a backend. */
export interface BackendDispatch {
  readonly method: string;
  /** Path with query. */
  readonly path: string;
  readonly headers: HeaderList;
  /** Null for a request without a body. */
  readonly body: BodySource | null;
}

/** What a call can do while it has a connection. */
export interface DispatchControl {
  /** Of the response; as they came. */
  readonly rawHeaders?: readonly (string | Buffer)[] | null;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** Hears what becomes of a request: the part of undici's DispatchHandler that is used here. */
export interface DispatchHandler {
  /** Whether whoever made the request has given it up. */
  readonly isOver: boolean;
  /** The request is about to go over a connection. */
  onRequestStart(control: DispatchControl): void;
  /** Every head that comes, those below 200 too. */
  onResponseStart(control: DispatchControl, status: number): void;
  /** The bytes may change after the call. */
  onResponseData(control: DispatchControl, chunk: Buffer): void;
  onResponseEnd(): void;
  /** `control` is null when the request has reached nobody. */
  onResponseError(control: DispatchControl | null, error: Error): void;
}

/** The connections to one backend. */
export interface Backend {
  dispatch(request: BackendDispatch, handler: DispatchHandler): void;
  /** Lets running calls end. */
  close(): Promise<void>;
  /** Breaks running calls off. */
  destroy(): Promise<void>;
}

/** What a backend has done to a call, for failureOf. */
export class BackendError extends Error {
  constructor(
    readonly code: 'RESPONSE_INVALID' | 'RESPONSE_INCOMPLETE' | 'RESPONSE_HEAD_TOO_LARGE' | 'CONNECTION_CLOSED',
    message: string,
  ) {
    super(message);
  }
}
