import type { GatewayFailure } from '../errors/index.js';
import { gatewayFailures } from '../errors/index.js';
import type { ResponseHead, ResponseWriter } from './exchange.js';
import { failureMessage, renderFailure } from './failures/index.js';
import { type HeaderList, removeHeaders, setHeaders, setOwnHeader } from './header-list.js';
import { isLimitHeader, limitLines } from './limit-headers.js';
import { errorFields, type Log, type LogLevel } from './log.js';
import { ClientGone, RequestAnswered, type RequestContext, RequestFailed } from './request-context.js';
import type { PluginChain } from './chain.js';

const REQUEST_ID_HEADER = 'X-Request-Id';

/** Ends a request in one of the ways it can end; adds to every response what every response has. */
export class Responder {
  private chain: PluginChain | null = null;

  constructor(
    private readonly context: RequestContext,
    private readonly log: Log,
  ) {}

  /** Carries out a step of the request; whatever it throws becomes the request's failure. */
  attempt(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.end(error);
    }
  }

  /** As {@link attempt}, after a wait; a client that has gone meanwhile is not served on. */
  attemptAfter(waiting: Promise<void>, step: () => void): void {
    waiting.then(
      () => (this.context.exchange.isGone ? undefined : this.attempt(step)),
      (error: unknown) => this.end(error),
    );
  }

  private end(error: unknown): void {
    if (error instanceof RequestFailed) this.fail(error.failure, null);
    else if (error instanceof RequestAnswered) this.answer(error);
    else if (error instanceof ClientGone) return;
    // Thrown by encodeURIComponent and its like.
    else if (error instanceof URIError) this.fail({ failure: 'UriInvalid' }, null);
    else this.fail({ failure: 'InternalError' }, error);
  }

  private answer({ head, body }: RequestAnswered): void {
    this.context.responseStatus = head.status;
    this.context.exchange.respond(this.finish(head.status, head.headers), body);
  }

  /** From now on responses that are no failures pass the response plugins of a route. */
  useChain(chain: PluginChain): void {
    this.chain = chain;
  }

  /** Begins a response of a backend. */
  start(status: number, headers: HeaderList): ResponseWriter {
    return this.context.exchange.start(this.edit(status, headers));
  }

  /** Sends a whole response that belongs to no route: neither plugins nor CORS change it. */
  respondPlain(status: number, headers: HeaderList, body: string): void {
    setOwnHeader(headers, REQUEST_ID_HEADER, this.context.exchange.id);
    this.context.exchange.respond({ status, headers }, body);
  }

  /** Sends a whole response of a route. */
  respond(status: number, headers: HeaderList, body: string): void {
    this.context.exchange.respond(this.edit(status, headers), body);
  }

  /** Answers with a failure; a response that has begun is cut off. `cause` goes to the log when there is one. */
  fail(failure: GatewayFailure, cause: unknown): void {
    const { exchange } = this.context;
    if (failure.failure === 'InternalError')
      this.record('error', 'a request failed inside the gateway', failure, cause);
    if (exchange.isAnswered) return this.cut(failure);
    const { head, body } = renderFailure(failure, this.context);
    exchange.respond(this.finish(head.status, head.headers), body, { close: failure.failure === 'RequestTooLarge' });
  }

  /** Breaks the connection off, because no response could say what has gone wrong. */
  cut(failure: GatewayFailure): void {
    const { code, status } = gatewayFailures[failure.failure];
    this.context.failure = { code, message: failureMessage(failure) };
    this.context.cutStatus = status;
    this.record('warn', 'a response was cut off', failure, null);
    this.context.exchange.cut();
  }

  private edit(status: number, headers: HeaderList): ResponseHead {
    this.context.responseStatus = status;
    for (const edit of this.chain?.responseEdits ?? []) edit(headers, this.context);
    return this.finish(status, headers);
  }

  private finish(status: number, headers: HeaderList): ResponseHead {
    // After the plugins: what a browser may see is decided by the CORS setting alone.
    this.context.match?.path.cors?.apply(headers, this.context.header('origin'));
    const { limits, addedHeaders, exchange } = this.context;
    if (addedHeaders.length > 0) setHeaders(headers, addedHeaders);
    setOwnHeader(headers, REQUEST_ID_HEADER, exchange.id);
    if (limits.length === 0) return { status, headers };
    removeHeaders(headers, isLimitHeader);
    return { status, headers, limitLines: limitLines(limits) };
  }

  private record(level: LogLevel, message: string, { failure, detail }: GatewayFailure, cause: unknown): void {
    const { exchange, stage } = this.context;
    const { code } = gatewayFailures[failure];
    const fields = { requestId: exchange.id, stageId: stage?.stageId, failure, code, detail };
    this.log(level, message, cause ? { ...fields, ...errorFields(cause) } : fields);
  }
}
