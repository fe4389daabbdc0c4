import { bodyOf } from '../body/index.js';
import type { Exchange, RequestBody, ResponseHead, ResponseWriter } from '../exchange.js';
import { headerList, type HeaderList } from '../header-list.js';
import { allHeaders } from '../limit-headers.js';

/** A request that nobody has sent. */
export interface DescribedRequest {
  readonly method: string;
  /** Path with query, as it would be sent. */
  readonly target: string;
  readonly scheme: 'http' | 'https';
  /** Address of the client. */
  readonly clientAddress: string;
  /** Name, value, name, value; values are Latin-1, as they would come over the wire. */
  readonly headers: readonly string[];
  /** Null: none. */
  readonly body: Buffer | null;
}

/** A whole answer to a request that nobody has sent. */
export interface DescribedAnswer extends ResponseHead {
  readonly body: string;
}

/** Stands in the headers for the id that the gateway makes for each request. */
export const DESCRIBED_REQUEST_ID = 'made-for-each-request';

/** The exchange of a request that is only described: its answer goes to who explains it. */
export class DescribedExchange implements Exchange {
  readonly id = DESCRIBED_REQUEST_ID;
  readonly receivedAtMs = Date.now();
  readonly method: string;
  readonly target: string;
  readonly scheme: 'http' | 'https';
  readonly peerAddress: string;
  readonly headers: HeaderList;
  readonly body: RequestBody | null;
  readonly isGone = false;
  readonly isComplete = false;
  readonly outboundBytes = 0;
  readonly elapsedMs = 0;
  status: number | null = null;

  constructor(
    request: DescribedRequest,
    private readonly onAnswer: (answer: DescribedAnswer) => void,
  ) {
    this.method = request.method;
    this.target = request.target;
    this.scheme = request.scheme;
    this.peerAddress = request.clientAddress;
    this.headers = headerList(...request.headers);
    const { body } = request;
    this.body = body && body.length > 0 ? { declaredBytes: body.length, open: () => bodyOf(body) } : null;
  }

  get isAnswered(): boolean {
    return this.status !== null;
  }

  respond(head: ResponseHead, body: string | Uint8Array): void {
    const { status } = head;
    this.status = status;
    const hasBody = this.method !== 'HEAD' && status !== 204 && status !== 304;
    this.onAnswer({ status, headers: allHeaders(head), body: hasBody ? Buffer.from(body).toString('utf8') : '' });
  }

  /** @throws Error: only backends answer piece by piece, and none is called. */
  start(): ResponseWriter {
    throw new Error('a request that is only described gets no answer from a backend');
  }

  /** @throws Error as {@link start} */
  cut(): void {
    throw new Error('an answer to a request that is only described cannot be cut off');
  }

  /** Never calls: nobody can go who was never there, and nothing is held that has to be given back. */
  onGone(): void {
    return undefined;
  }

  /** Never calls, as {@link onGone}. */
  onOver(): void {
    return undefined;
  }
}
