import { startEngine } from './engine/index.js';
import { type Log, standardLog } from './log.js';
import { serve } from './serve.js';
import type { CheckServices } from './services.js';
import type { GatewaySettings } from './settings.js';
import { CurrentStages } from './stages/index.js';
import { Configuration, ControlPlane, DiskCopy, Follower, readOrMakeGatewayId } from './sync/index.js';
import { Upstreams } from './upstream/index.js';

/** A gateway that runs. */
export interface RunningGateway {
  readonly port: number;
  /** Takes no more requests, lets running ones finish within the settings' time, signs off at the control plane. */
  close(): Promise<void>;
}

/**
 * Starts a gateway in this process: serves what its data directory holds, then follows the control plane.
 * @throws Error when the port, the data directory or the file of authorities cannot be had.
 */
export async function startGateway(settings: GatewaySettings, log: Log = standardLog): Promise<RunningGateway> {
  const gatewayId = settings.gatewayId ?? (await readOrMakeGatewayId(settings.dataDir));
  const upstreams = new Upstreams(settings);
  const services: CheckServices = {};
  const stages = new CurrentStages((origins) => upstreams.keepOnly(origins));
  const configuration = new Configuration(stages, new DiskCopy(settings.dataDir), services, log);
  await configuration.loadFromDisk();
  const parts = { settings, stages, upstreams, log };
  const engine = await startEngine(settings, (exchange) => serve(exchange, parts));
  const follower = new Follower(new ControlPlane(settings, gatewayId), configuration, log);
  follower.start();
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    // Signed off at once: deployments must not wait for a gateway that takes no more requests.
    await Promise.all([engine.close(settings.shutdownTimeoutMs), follower.stop()]);
    await upstreams.close();
  };
  return { port: engine.port, close: () => (closing ??= close()) };
}
