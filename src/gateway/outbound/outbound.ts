import type { GatewayFailure } from '../../errors/index.js';
import type { Exchange } from '../exchange.js';
import { headerList, type HeaderList } from '../header-list.js';
import { ClientGone } from '../request-context.js';
import { UpstreamCall, type UpstreamCaller, type UpstreamObserver } from '../upstream/index.js';

/** A request of the gateway's own, without a body. */
export interface OutboundRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderList;
  /** Of the body of the answer. */
  readonly maxBytes: number;
  /** Absent: as long as a backend has. */
  readonly timeoutMs?: number;
}

/** A whole answer. */
export interface OutboundAnswer {
  readonly status: number;
  /** As they came over the wire. */
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** No whole answer came. */
export class OutboundFailed extends Error {
  constructor(failure: GatewayFailure, cause: Error | null) {
    super(failure.detail ?? failure.failure, { cause });
  }
}

/**
 * Calls that checks make: over the same connections, with the same limits and breakers, and to the same allowed
 * addresses and ports as calls to backends.
 */
export class Outbound {
  constructor(private readonly upstreams: UpstreamCaller) {}

  /**
   * Makes a call and reads the whole answer. `exchange` is the request that it is made for alone: it ends with it.
   * @throws OutboundFailed without an answer within the time or with one that is too large, ClientGone
   */
  call(request: OutboundRequest, exchange?: Pick<Exchange, 'onGone'>): Promise<OutboundAnswer> {
    return new Promise((resolve, reject) => {
      const { method, url, headers, timeoutMs } = request;
      const reader = new AnswerReader(request.maxBytes, resolve, reject);
      const target = url.pathname + url.search;
      const call = this.upstreams.call(url.origin, { method, target, headers, body: null, timeoutMs }, reader);
      if (!(call instanceof UpstreamCall)) return reject(new OutboundFailed(call, null));
      reader.abort = () => call.abort();
      exchange?.onGone(() => {
        call.abort();
        reject(new ClientGone());
      });
    });
  }
}

class AnswerReader implements UpstreamObserver {
  abort: () => void = () => undefined;
  private readonly chunks: Buffer[] = [];
  private bytes = 0;
  private status = 0;
  private headers = headerList();

  constructor(
    private readonly maxBytes: number,
    private readonly resolve: (answer: OutboundAnswer) => void,
    private readonly reject: (error: OutboundFailed) => void,
  ) {}

  onHead(status: number, headers: HeaderList): void {
    this.status = status;
    this.headers = headers;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes > this.maxBytes) {
      this.abort();
      this.reject(new OutboundFailed({ failure: 'UpstreamBroken', detail: 'the answer is too large' }, null));
    } else {
      this.chunks.push(Buffer.from(chunk));
    }
    return true;
  }

  onEnd(): void {
    this.resolve({ status: this.status, headers: this.headers, body: Buffer.concat(this.chunks) });
  }

  onFailure(failure: GatewayFailure, cause: Error | null): void {
    this.reject(new OutboundFailed(failure, cause));
  }
}
