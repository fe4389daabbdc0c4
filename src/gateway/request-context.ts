import type { GatewayFailure } from '../errors/index.js';
import type { Exchange, RequestBody, ResponseHead } from './exchange.js';
import type { Span } from '../kernel/tracing/index.js';
import { headerList } from './header-list.js';
import { findHeader } from './headers.js';
import type { ToldLimit } from './limit-headers.js';
import type { RouteMatch } from './router/index.js';
import type { LoadedPath, LoadedStage } from './stages/index.js';
import type { RouteCounter } from './usage/counters.js';
import type { KeyCounter, UsedQuota } from './usage/key-counters.js';

/** A request target taken apart. */
export interface RequestTarget {
  /** Path as sent, never decoded. */
  readonly path: string;
  /** Query as sent, without `?`. */
  readonly query: string;
  /** Host with port as sent; of the target when it is an absolute URL, else of the Host header. */
  readonly host: string;
}

/** What is known of a request on its way; steps fill in what they find. */
export class RequestContext {
  stage: LoadedStage | null = null;
  match: RouteMatch<LoadedPath> | null = null;
  /** Of the route that was found. */
  counter: RouteCounter | null = null;
  /** Of the API key that the request was admitted with. */
  keyCounter: KeyCounter | null = null;
  /** Of that key's quota; null when none counts. */
  quotaUse: UsedQuota | null = null;
  /** Of the trace that it belongs to; null while nobody traces. */
  span: Span | null = null;
  /** Until it has been worked out, the address of the connection's other end. */
  clientAddress: string;
  scheme: string;
  /** Whether the X-Forwarded-* headers of the connection's other end are believed. */
  isPeerTrusted = false;
  /** Of the response, once known. */
  responseStatus: number | null = null;
  /** Of the failure that has cut a response off. */
  cutStatus: number | null = null;
  failure: { readonly code: number; readonly message: string } | null = null;
  /** The body that goes on; a check that reads it puts what it has read in its place. */
  body: RequestBody | null;
  /** Limits that checks have counted the request against, which its response tells, be it a failure or not. */
  readonly limits: ToldLimit[] = [];
  /** Headers that checks add to the response, be it a failure or not. */
  readonly addedHeaders = headerList();

  constructor(
    readonly exchange: Exchange,
    readonly target: RequestTarget,
  ) {
    this.clientAddress = exchange.peerAddress;
    this.scheme = exchange.scheme;
    this.body = exchange.body;
  }

  /** The values of a request header, by its lower-case name, joined by a comma; null when it is absent. */
  header(lowerName: string): string | null {
    return findHeader(this.exchange.headers, lowerName);
  }
}

/** Ends a request on purpose. Without a stack: nobody reads it, and to collect it takes longer than the rest of a refusal. */
class Ending extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Thrown inside a step to end the request with a failure. */
export class RequestFailed extends Ending {
  constructor(readonly failure: GatewayFailure) {
    super(failure.failure);
  }
}

/** Thrown inside a step to end the request with a whole response, which is no failure of the gateway. */
export class RequestAnswered extends Ending {
  constructor(
    readonly head: ResponseHead,
    readonly body: string | Uint8Array,
  ) {
    super(`answered ${head.status}`);
  }
}

/** Thrown inside a step when the client has gone: there is nobody left to answer. */
export class ClientGone extends Error {}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)/i;

/** Takes a request target apart; null when it is none that a gateway can serve (`*`, or one with a fragment). */
export function readTarget(exchange: {
  readonly target: string;
  readonly headers: readonly string[];
}): RequestTarget | null {
  let rest = exchange.target;
  let host = findHeader(exchange.headers, 'host') ?? '';
  const absolute = rest.startsWith('/') ? null : ABSOLUTE_FORM.exec(rest);
  if (absolute) {
    host = absolute[1] ?? '';
    rest = rest.slice(absolute[0].length);
    if (!rest.startsWith('/')) rest = `/${rest}`;
  }
  if (!rest.startsWith('/') || rest.includes('#')) return null;
  const mark = rest.indexOf('?');
  if (mark < 0) return { path: rest, query: '', host };
  return { path: rest.slice(0, mark), query: rest.slice(mark + 1), host };
}
