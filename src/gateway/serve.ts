import { backendHeaders } from './backend-headers.js';
import { runChecks } from './chain.js';
import { clientAddress } from '../kernel/client-address.js';
import type { Exchange, RequestBody } from './exchange.js';
import { forward } from './forward.js';
import { headerList, removeHeader, setHeader } from './header-list.js';
import { healthAnswer, type HealthState } from './health.js';
import { BodyTooLarge, MAX_BODY_BYTES } from './limits.js';
import type { Log } from './log.js';
import { asksForMetrics, type GatewayMetrics, serveMetrics } from './metrics/index.js';
import type { BackendRequest } from './plugins/step.js';
import { beginSpan, endSpan } from './request-spans.js';
import { readTarget, RequestContext, RequestFailed } from './request-context.js';
import { Responder } from './responder.js';
import { decodeSegments } from './router/index.js';
import type { CheckServices } from './services.js';
import type { GatewaySettings } from './settings.js';
import type { CurrentStages, LoadedRoute, LoadedStage, MockBackend } from './stages/index.js';
import type { Tracing } from '../kernel/tracing/index.js';
import { type Ledger, noteEnd } from './ledger.js';
import type { ControlPlaneLink } from './sync/index.js';
import type { UpstreamCaller } from './upstream/index.js';

/** What serving needs. */
export interface ServingParts {
  readonly settings: GatewaySettings;
  readonly stages: CurrentStages;
  readonly upstreams: UpstreamCaller;
  readonly services: CheckServices;
  readonly ledger: Ledger;
  readonly link: ControlPlaneLink;
  readonly metrics: GatewayMetrics;
  readonly tracing: Tracing | null;
  readonly log: Log;
}

/** What serving a request needs whose stage is known. */
export type StageServingParts = Pick<ServingParts, 'upstreams'>;

/** Serves one request, from its head to the end of its response. Whatever goes wrong becomes a failure. */
export function serve(exchange: Exchange, parts: ServingParts): void {
  const target = readTarget(exchange);
  const context = new RequestContext(exchange, target ?? { path: exchange.target, query: '', host: '' });
  const responder = new Responder(context, parts.log);
  exchange.onOver(() => {
    noteEnd(context, parts.ledger);
    endSpan(context);
  });
  responder.attempt(() => {
    if (!target) throw new RequestFailed({ failure: 'UriInvalid' });
    serveHost(context, responder, parts);
  });
}

function serveHost(context: RequestContext, responder: Responder, parts: ServingParts): void {
  const { exchange, target } = context;
  context.stage = parts.stages.byHost(target.host);
  const health = context.stage ? null : healthAnswer(exchange.method, target.path, () => healthState(parts));
  if (health) return responder.respondPlain(health.status, headerList('Content-Type', 'application/json'), health.body);
  if (!context.stage && asksForMetrics(exchange.method, target.path)) {
    return serveMetrics(context, responder, { metrics: parts.metrics, token: parts.settings.metricsToken });
  }
  readPeer(context, parts.settings);
  if (!context.stage) throw new RequestFailed({ failure: 'UrlNotFound' });
  beginSpan(context, parts.tracing);
  serveStage(context.stage, context, responder, parts);
}

function healthState({ stages, services, link }: ServingParts): HealthState {
  // Before the access document is there, requests with good API keys would fail.
  const isReady = stages.isLoaded && services.access.current !== null;
  return { isReady, controlPlane: link.state, counterStore: services.counters.storeState };
}

/** Step 1: who the client is. */
function readPeer(context: RequestContext, { trustedProxies }: GatewaySettings): void {
  const { exchange } = context;
  if (!trustedProxies.has(exchange.peerAddress)) return;
  context.isPeerTrusted = true;
  const scheme = context.header('x-forwarded-proto')?.trim().toLowerCase();
  if (scheme === 'http' || scheme === 'https') context.scheme = scheme;
  const address = clientAddress(exchange.peerAddress, context.header('x-forwarded-for'), trustedProxies);
  if (address === null) throw new RequestFailed({ failure: 'ClientIpInvalid' });
  context.clientAddress = address;
}

/**
 * Steps 3 to 14, of a client that is known: first the route, the size that was declared, CORS.
 * @throws RequestFailed
 */
export function serveStage(
  stage: LoadedStage,
  context: RequestContext,
  responder: Responder,
  parts: StageServingParts,
): void {
  const { exchange, target } = context;
  const segments = decodeSegments(target.path);
  if (!segments) throw new RequestFailed({ failure: 'UriInvalid' });
  context.match = stage.router.match(segments, exchange.method);
  if (exchange.method === 'OPTIONS') matchPreflight(stage, segments, context);
  if (!context.match?.servesMethod) throw new RequestFailed({ failure: 'UrlNotFound' });
  const { path } = context.match;
  const { cors } = path;
  const route = path.route(exchange.method);
  if (route) context.counter = route.counter;
  if ((exchange.body?.declaredBytes ?? 0) > MAX_BODY_BYTES) throw new RequestFailed({ failure: 'RequestTooLarge' });
  if (cors && exchange.method === 'OPTIONS') {
    const headers = cors.preflight(context.header('origin'), context.header('access-control-request-headers'));
    return responder.respondPlain(200, headers, '');
  }
  if (!route) throw new RequestFailed({ failure: 'UrlNotFound' });
  serveRoute(route, context, responder, parts);
}

/** A preflight asks for the path that the request after it will reach, which another method may reach elsewhere. */
function matchPreflight(stage: LoadedStage, segments: readonly string[], context: RequestContext): void {
  const method = context.header('access-control-request-method');
  if (method === null || context.header('origin') === null) return;
  const match = stage.router.match(segments, method);
  if (match?.servesMethod && match.path.cors) context.match = match;
}

/** Steps 6 to 11: whether the request may go on. */
function serveRoute(route: LoadedRoute, context: RequestContext, responder: Responder, parts: StageServingParts): void {
  const waiting = runChecks(route.chain.checks, context);
  if (waiting) responder.attemptAfter(waiting, () => callBackend(route, context, responder, parts));
  else callBackend(route, context, responder, parts);
}

/** Steps 12 to 14: rewriting, the backend, the response. */
function callBackend(
  { backend, chain }: LoadedRoute,
  context: RequestContext,
  responder: Responder,
  parts: StageServingParts,
): void {
  if (backend.type === 'BROKEN') throw new RequestFailed({ failure: 'ContextVariableBroken' });
  responder.useChain(chain);
  if (backend.type === 'MOCK') return serveMock(backend, context, responder);
  const { path, query } = backend.target(context);
  const request: BackendRequest = { path, query, headers: backendHeaders(context) };
  for (const edit of chain.requestEdits) edit(request, context);
  removeHeader(request.headers, 'expect');
  const target = request.query === '' ? request.path : `${request.path}?${request.query}`;
  forward(parts.upstreams, { origin: backend.origin, target, headers: request.headers }, context, responder);
}

function serveMock(mock: MockBackend, context: RequestContext, responder: Responder): void {
  // A status below 200 ends no exchange, so that it cannot be the answer.
  if (mock.status < 200) throw new RequestFailed({ failure: 'InternalError', detail: 'MOCK below 200' });
  drain(context.body, responder, () => {
    context.responseStatus = mock.status;
    const headers = headerList();
    for (const { name, value } of mock.headers) setHeader(headers, name, value(context));
    responder.respond(mock.status, headers, mock.body);
  });
}

/** Reads a body that nobody wants, so that its size is checked all the same, and then goes on. */
function drain(body: RequestBody | null, responder: Responder, next: () => void): void {
  if (!body) return next();
  body.open().start({
    onPiece: () => true,
    onEnd: () => responder.attempt(next),
    onError: (error) => {
      // Any other error means that the client has gone and no answer can reach it.
      if (error instanceof BodyTooLarge) responder.fail({ failure: 'RequestTooLarge' }, null);
    },
  });
}
