import { judgeMetricsReader } from '../../kernel/metrics-access.js';
import { headerList } from '../header-list.js';
import { RequestFailed, type RequestContext } from '../request-context.js';
import type { Responder } from '../responder.js';
import type { GatewayMetrics } from './gateway-metrics.js';

const UNAUTHORIZED = 401;

/** Whether a request asks for the metrics. Only of hosts that are no stage's: stages own all paths of their hosts. */
export function asksForMetrics(method: string, path: string): boolean {
  return path === '/metrics' && (method === 'GET' || method === 'HEAD');
}

/** Answers a request for the metrics to who may read them. @throws RequestFailed UrlNotFound for whom there are none */
export function serveMetrics(
  context: RequestContext,
  responder: Responder,
  { metrics, token }: { readonly metrics: GatewayMetrics; readonly token: string | undefined },
): void {
  const { peerAddress } = context.exchange;
  const verdict = judgeMetricsReader(token, { peerAddress, header: (name) => context.header(name) });
  if (verdict === 'hidden') throw new RequestFailed({ failure: 'UrlNotFound' });
  if (verdict === 'unauthorized')
    return responder.respondPlain(UNAUTHORIZED, headerList('WWW-Authenticate', 'Bearer'), '');
  // Whatever goes wrong becomes the request's failure, as in every other step.
  const answer = async (): Promise<void> => {
    const text = await metrics.read();
    if (!context.exchange.isGone) responder.respondPlain(200, headerList('Content-Type', metrics.contentType), text);
  };
  responder.attemptAfter(answer(), () => undefined);
}
