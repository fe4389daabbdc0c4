import './v8-flags.js';
import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SYNC_PREFIX } from '../contract/sync.js';
import { DatabasePulse, type DataKey, migrate, nameFault, openDataKey } from '../database/index.js';
import { readBodies } from '../http/body.js';
import { allowConsoles } from '../http/console-origins.js';
import { closeConnectionsAtEnd } from '../http/closing.js';
import { ErrorFilter } from '../http/error-filter.js';
import { answerConditionally } from '../http/etag.js';
import { refuseWhileHanging } from '../http/hanging-database.js';
import { tlsOptions } from '../http/tls.js';
import { RateLimits, Settings } from '../http/index.js';
import { MalformedRequests } from '../http/malformed-requests.js';
import { serveOpenApi } from '../http/openapi.js';
import { isManagementUrl, routeOrUrl } from '../http/routes.js';
import { securityHeaders } from '../http/security-headers.js';
import { isTokenUrl } from '../http/token-endpoints.js';
import { DtoPipe } from '../http/validation.js';
import { turnOffV1 } from '../http/versions.js';
import { AppError } from '../errors/index.js';
import { limitHeapGrowth } from '../kernel/heap-growth.js';
import { openTracing } from '../kernel/tracing/index.js';
import { newLogger } from '../kernel/logging.js';
import { nameSourcesInStacks } from '../kernel/stack-traces.js';
import { Bootstrap } from '../modules/tenancy/index.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { NestLogger } from './nest-logger.js';
import { logCalls, requestIdOf } from './observability/call-log.js';
import { ControlPlaneMetrics } from './observability/control-plane-metrics.js';
import { traceCalls } from './observability/traces.js';
import { METRICS_PATH, serveMetrics } from './observability/serve-metrics.js';

const ROOT = new URL('../../', import.meta.url);
const MAX_PARAMETER_LENGTH = 200;
/** How often connections are looked through for those that have run out of time, at most. */
const CHECK_INTERVAL_MS = 1000;
/** How much longer than for a request a connection may be silent: a request's time is up first, and is answered so. */
const SILENCE_MARGIN_MS = 5000;
const MAX_CONNECTIONS = 5000;
const MAX_REQUESTS_PER_CONNECTION = 10_000;
/** Whom the limits of calls do not hold for: a gateway or a probe that is refused would do harm. */
const UNLIMITED = ['/health/', METRICS_PATH, `${SYNC_PREFIX}/`];
const logger = newLogger('control-plane');
const log = new Logger('ControlPlane');
Logger.overrideLogger(new NestLogger(logger));
nameSourcesInStacks();

async function start(): Promise<void> {
  limitHeapGrowth();
  const settings = Settings.fromEnvironment(process.env);
  const applied = await migrate(settings.databaseUrl, fileURLToPath(new URL('prisma/migrations', ROOT)));
  if (applied.length > 0) log.log(`applied migrations: ${applied.join(', ')}`);
  const keys = { current: settings.encryptionKey, previous: settings.previousEncryptionKey };
  const app = await createApp(settings, await openDataKey(settings.databaseUrl, keys));
  const { appKey, accessKey, notes } = await app.get(Bootstrap).run();
  for (const note of notes) log.warn(note);
  // Warnings: who logs less must not lose what is told only once.
  if (appKey !== null) log.warn(`made the first project; its appKey is ${appKey}`);
  if (accessKey !== null) {
    log.warn(`made the first administrator; its access key is ${accessKey.id}, with the secret ${accessKey.secret}`);
  }
  await app.listen(settings.port, settings.host).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new Error(`port ${settings.port} is in use; set PORT to another one`) : error;
  });
  log.log(`control plane listening on ${await app.getUrl()}`);
}

async function createApp(settings: Settings, dataKey: DataKey): Promise<NestFastifyApplication> {
  const isSecure = settings.publicUrl.startsWith('https:');
  const setHeaders = headerSetter(isSecure);
  const filter = new ErrorFilter(settings, nameFault, (request) => void limits.countFailedLogin(request));
  const malformed = new MalformedRequests(isSecure);
  const adapter = new FastifyAdapter({
    ...connectionOptions(settings),
    genReqId: requestIdOf,
    // What is not an operation is not served: HEAD is not GET.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // No hook runs for what cannot even be routed.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      setHeaders(request, reply);
      filter.send(error, request, reply);
    },
    clientErrorHandler: (error, socket) => malformed.refuse(error, socket),
  });
  const module = ControlPlaneModule.with(settings, dataKey);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
  });
  const limits = app.get(RateLimits);
  const fastify = adapter.getInstance<FastifyInstance>();
  malformed.watch(fastify.server);
  fastify.server.maxConnections = MAX_CONNECTIONS;
  logCalls(fastify, logger, settings);
  // Before all that may answer, and may say otherwise.
  onEveryRequest(fastify, setHeaders);
  traceCalls(fastify, await openTracing('gatewright-control-plane', settings.otlpEndpoint));
  const metrics = new ControlPlaneMetrics(app);
  metrics.watch(fastify);
  readBodies(fastify);
  closeConnectionsAtEnd(fastify);
  onEveryRequest(fastify, ({ headers }) => demandHost(headers.host));
  allowConsoles(fastify, settings.consoleOrigins);
  limits.install(fastify, UNLIMITED);
  if (!settings.isV1Enabled) turnOffV1(fastify);
  refuseWhileHanging(fastify, app.get(DatabasePulse), (error, request, reply) => filter.send(error, request, reply));
  fastify.addHook('onSend', (request, reply, payload, done) =>
    done(null, answerConditionally(request, reply, payload)),
  );
  serveMetrics(fastify, metrics, settings, (error, request, reply) => filter.send(error, request, reply));
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new DtoPipe());
  app.enableShutdownHooks();
  serveOpenApi(app, readVersion(), settings.isV1Enabled);
  return app;
}

/** A hook that nothing has to wait for, which costs no promise. */
function onEveryRequest(fastify: FastifyInstance, hook: (request: FastifyRequest, reply: FastifyReply) => void): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    hook(request, reply);
    done();
  });
}

/** How long and how often clients may use a connection. */
function connectionOptions({ clientHeadersTimeoutMs, clientRequestTimeoutMs, clientIdleTimeoutMs, tls }: Settings) {
  const server = {
    headersTimeout: clientHeadersTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, clientHeadersTimeoutMs),
    // node:http would answer by itself; see demandHost.
    requireHostHeader: false,
  };
  return {
    requestTimeout: clientRequestTimeoutMs,
    keepAliveTimeout: clientIdleTimeoutMs,
    // Ends connections on which nothing moves, as of a client that does not read its answers.
    connectionTimeout: clientRequestTimeoutMs + SILENCE_MARGIN_MS,
    maxRequestsPerSocket: MAX_REQUESTS_PER_CONNECTION,
    ...(tls ? { https: { ...tlsOptions(tls), ...server } } : { http: server }),
  };
}

/** @throws AppError INVALID_PARAMETER for a request that does not say which host it is for, which HTTP demands. */
function demandHost(host: string | undefined): void {
  if (host !== undefined) return;
  throw new AppError('INVALID_PARAMETER', [{ property: 'header', field: 'Host', message: 'is required' }]);
}

/** What every answer has; what management answers hold is for nobody's cache, unless an operation says otherwise. */
function headerSetter(isSecure: boolean): (request: FastifyRequest, reply: FastifyReply) => void {
  const headersOf = (url: string) => ({
    ...securityHeaders(url, isSecure),
    ...(isManagementUrl(url) || isTokenUrl(url) ? { 'Cache-Control': 'no-store' } : {}),
  });
  // By route; what has none is not remembered: there is no end of URLs.
  const known = new Map<string, Readonly<Record<string, string>>>();
  return (request, reply) => {
    const route = request.routeOptions.url;
    const headers = (route === undefined ? undefined : known.get(route)) ?? headersOf(routeOrUrl(request));
    if (route !== undefined) known.set(route, headers);
    reply.headers(headers).header('X-Request-Id', request.id);
  };
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { version: string };
  return version;
}

start().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  log.fatal(`the control plane cannot start: ${reason}`, error instanceof Error ? error.cause : undefined);
  process.exitCode = 1;
  process.exit();
});
