import type { Writable } from 'node:stream';
import { type Engine, startEngine } from './engine/index.js';
import { type Log, standardLog } from './log.js';
import { type Access, AccessCopy } from './access/index.js';
import { openTracing } from '../kernel/tracing/index.js';
import { openCounters, QuotaPeriods } from './counters/index.js';
import { Outbound, Shared } from './outbound/index.js';
import { AccessLog } from './access-log/index.js';
import { GatewayMetrics, RequestMeter } from './metrics/index.js';
import { VerifiedTokens } from './plugins/jwt/verified-tokens.js';
import { BodyBudget } from './plugins/request-validator/body-budget.js';
import { serve } from './serve.js';
import type { CheckServices } from './services.js';
import type { GatewaySettings } from './settings.js';
import { CurrentStages } from './stages/index.js';
import {
  AccessFollower,
  Configuration,
  ControlPlane,
  ControlPlaneLink,
  DiskCopy,
  Follower,
  readOrMakeGatewayId,
} from './sync/index.js';
import { turnClock } from './turn.js';
import { Upstreams } from './upstream/index.js';
import { Spool, UsageCounters, UsageReporter } from './usage/index.js';

/** How long the last lines of the access log may take. */
const LAST_LINES_MS = 1_000;

/** A gateway that runs. */
export interface RunningGateway {
  readonly port: number;
  /** Takes no more requests, lets running ones finish within the settings' time, signs off at the control plane. */
  close(): Promise<void>;
}

/**
 * Starts a gateway in this process: serves what its data directory holds, then follows the control plane.
 * `accessOutput` takes the lines of the access logs.
 * @throws Error when the port or a file of the settings cannot be had.
 */
export async function startGateway(
  settings: GatewaySettings,
  log: Log = standardLog,
  accessOutput: Writable = process.stdout,
): Promise<RunningGateway> {
  const link = await ControlPlaneLink.open(settings, log);
  const gatewayId = settings.gatewayId ?? (await readOrMakeGatewayId(settings.dataDir, log));
  const newControlPlane = () => new ControlPlane(settings, gatewayId, link);
  const upstreams = new Upstreams(settings);
  const accessCopy = new AccessCopy(settings.dataDir, log);
  const disk = new DiskCopy(settings.dataDir, log);
  // Beside each other: the stages are parsed while the bytes of a large access document come.
  const [access, stored] = await Promise.all([accessCopy.load(), disk.read()]);
  const services = await openServices(settings, upstreams, access, log);
  const stages = new CurrentStages((origins) => upstreams.keepOnly(origins));
  const configuration = new Configuration(stages, disk, services, log);
  configuration.open(stored);
  const ledger = { usage: new UsageCounters(), accessLog: new AccessLog(accessOutput), meter: new RequestMeter() };
  const spool = new Spool(settings.dataDir);
  const reporter = new UsageReporter(ledger.usage, spool, newControlPlane(), log, settings.usageIntervalMs);
  await reporter.start();
  const follower = new Follower(newControlPlane(), configuration, log);
  const accessFollower = new AccessFollower(newControlPlane(), services.access, accessCopy, log);
  let engine: Engine | null = null;
  const metrics = new GatewayMetrics({
    ...services,
    meter: ledger.meter,
    connectionCount: () => engine?.connectionCount() ?? 0,
    configuration,
    accessFollower,
    link,
    upstreams,
    reporter,
  });
  const tracing = await openTracing('gatewright-gateway', settings.otlpEndpoint);
  const parts = { settings, stages, upstreams, services, ledger, link, metrics, tracing, log };
  engine = await startEngine(settings, (exchange) => serve(exchange, parts), log).catch(async (error: unknown) => {
    await Promise.all([reporter.stop(), services.counters.close()]);
    throw error;
  });
  configuration.finishLoading();
  follower.start();
  accessFollower.start();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    // Signed off at once: deployments must not wait for a gateway that takes no more requests.
    await Promise.all([engine.close(settings.shutdownTimeoutMs), follower.stop(), accessFollower.stop()]);
    // After the last request.
    await Promise.all([reporter.stop(), ledger.accessLog.close(LAST_LINES_MS), services.counters.close()]);
    await Promise.all([upstreams.close(), tracing?.close()]);
  };
  return { port: engine.port, close: () => (closing ??= close()) };
}

/** What the checks of all routes share. */
async function openServices(
  settings: GatewaySettings,
  upstreams: Upstreams,
  access: Access,
  log: Log,
): Promise<CheckServices> {
  return {
    clock: turnClock,
    access,
    counters: await openCounters(settings, log),
    quotaPeriods: new QuotaPeriods(),
    outbound: new Outbound(upstreams),
    keySets: new Shared(),
    verifiedTokens: new VerifiedTokens(),
    preApiAnswers: new Shared(),
    bodySchemas: new Shared(),
    bodyBudget: new BodyBudget(settings.maxHeldBodyBytes),
  };
}
