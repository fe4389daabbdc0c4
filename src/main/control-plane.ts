import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DatabasePulse, type DataKey, migrate, nameFault, openDataKey } from '../database/index.js';
import { readBodies } from '../http/body.js';
import { ErrorFilter } from '../http/error-filter.js';
import { answerConditionally } from '../http/etag.js';
import { refuseWhileHanging } from '../http/hanging-database.js';
import { Settings } from '../http/index.js';
import { serveOpenApi } from '../http/openapi.js';
import { isManagementUrl, routeOrUrl } from '../http/routes.js';
import { tlsOptions } from '../http/tls.js';
import { isTokenUrl } from '../http/token-endpoints.js';
import { DtoPipe } from '../http/validation.js';
import { turnOffV1 } from '../http/versions.js';
import { newId } from '../kernel/ids.js';
import { Bootstrap } from '../modules/tenancy/index.js';
import { ControlPlaneModule } from './control-plane.module.js';
import { QuietLogger } from './quiet-logger.js';

const ROOT = new URL('../../', import.meta.url);
const MAX_PARAMETER_LENGTH = 200;
const REQUEST_TIMEOUT_MS = 60_000;
const log = new Logger('ControlPlane');
Logger.overrideLogger(new QuietLogger());

async function start(): Promise<void> {
  const settings = Settings.fromEnvironment(process.env);
  const applied = await migrate(settings.databaseUrl, fileURLToPath(new URL('prisma/migrations', ROOT)));
  if (applied.length > 0) log.log(`applied migrations: ${applied.join(', ')}`);
  const keys = { current: settings.encryptionKey, previous: settings.previousEncryptionKey };
  const app = await createApp(settings, await openDataKey(settings.databaseUrl, keys));
  const { appKey, accessKey, notes } = await app.get(Bootstrap).run();
  for (const note of notes) log.warn(note);
  if (appKey !== null) log.log(`made the first project; its appKey is ${appKey}`);
  if (accessKey !== null) {
    log.log(`made the first administrator; its access key is ${accessKey.id}, with the secret ${accessKey.secret}`);
  }
  await app.listen(settings.port, settings.host).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new Error(`port ${settings.port} is in use; set PORT to another one`) : error;
  });
  log.log(`control plane listening on ${await app.getUrl()}`);
}

async function createApp(settings: Settings, dataKey: DataKey): Promise<NestFastifyApplication> {
  const filter = new ErrorFilter(settings, nameFault);
  const adapter = new FastifyAdapter({
    ...(settings.tls ? { https: tlsOptions(settings.tls) } : {}),
    genReqId: () => newId(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    // What is not an operation is not served: HEAD is not GET.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // No hook runs for what cannot even be routed.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      setHeaders(request, reply);
      filter.send(error, request, reply);
    },
  });
  const module = ControlPlaneModule.with(settings, dataKey);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
  });
  const fastify = adapter.getInstance();
  readBodies(fastify);
  if (!settings.isV1Enabled) turnOffV1(fastify);
  refuseWhileHanging(fastify, app.get(DatabasePulse), (error, request, reply) => filter.send(error, request, reply));
  fastify.addHook('onSend', async (request, reply) => setHeaders(request, reply));
  fastify.addHook('onSend', async (request, reply, payload) => answerConditionally(request, reply, payload));
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new DtoPipe());
  app.enableShutdownHooks();
  serveOpenApi(app, readVersion(), settings.isV1Enabled);
  return app;
}

/** Sets what every answer has; what management answers hold is for nobody's cache, unless an operation says otherwise. */
function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('X-Request-Id', request.id);
  const url = routeOrUrl(request);
  const isPrivate = isManagementUrl(url) || isTokenUrl(url);
  if (isPrivate && !reply.hasHeader('Cache-Control')) reply.header('Cache-Control', 'no-store');
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
