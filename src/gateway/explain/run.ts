import type { GatewayFailure } from '../../errors/index.js';
import type { Log } from '../log.js';
import { readTarget, RequestContext, RequestFailed } from '../request-context.js';
import { Responder } from '../responder.js';
import { serveStage } from '../serve.js';
import type { StageTable } from '../stages/index.js';
import { type DescribedAnswer, DescribedExchange, type DescribedRequest } from './described-exchange.js';
import type { ExplainedBackendRequest } from './explanation.js';

/** How a request that nobody has sent ends: with a request to a backend, or with an answer of the gateway. */
export interface DescribedEnd {
  readonly context: RequestContext;
  readonly backend: ExplainedBackendRequest | null;
  readonly answer: DescribedAnswer | null;
  /** Set when the answer is a failure. */
  readonly failure: GatewayFailure | null;
}

class FailureWatch extends Responder {
  failure: GatewayFailure | null = null;

  override fail(failure: GatewayFailure, cause: unknown): void {
    this.failure = failure;
    super.fail(failure, cause);
  }
}

/** Has the gateway serve a request, up to the call of a backend, which is not made. */
export function runDescribed(request: DescribedRequest, stages: StageTable, log: Log): Promise<DescribedEnd> {
  return new Promise((resolve) => {
    const exchange = new DescribedExchange(request, (answer) =>
      resolve({ context, backend: null, answer, failure: responder.failure }),
    );
    const target = readTarget(exchange);
    const context = new RequestContext(exchange, target ?? { path: exchange.target, query: '', host: '' });
    const responder = new FailureWatch(context, log);
    responder.attempt(() => {
      if (!target) throw new RequestFailed({ failure: 'UriInvalid' });
      context.stage = stages.byHost(target.host);
      if (!context.stage) throw new RequestFailed({ failure: 'UrlNotFound' });
      serveStage(context.stage, context, responder, {
        upstreams: {
          call: (origin, { target: path, headers }) => {
            resolve({ context, backend: { url: origin + path, headers }, answer: null, failure: null });
            // Nobody hears it: the request has ended already.
            return { failure: 'UpstreamUnreachable', detail: 'not called' };
          },
        },
      });
    });
  });
}
