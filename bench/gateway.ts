/** A gateway process on the sockets engine, with a control plane of its own, on 127.0.0.1. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SnapshotPath } from '../src/contract/snapshot.js';
import { findFreePort } from '../src/main/dev/free-port.js';
import { GATEWAY_TOKEN, TestControlPlane } from '../test/gateway/support/control-plane.js';
import { snapshotOf } from '../test/gateway/support/snapshots.js';
import { startProcess } from '../test/harness/process.js';

export interface OwnGateway {
  readonly port: number;
  readonly pid: number;
  readonly url: string;
  /** Whatever it has printed. */
  output(): string;
  /** Deploys a stage to these hosts, in place of the one before, and waits until it is served. */
  deploy(hosts: string[], paths: SnapshotPath[]): Promise<void>;
  stop(): Promise<number | null>;
}

export async function startOwnGateway(variables: Record<string, string> = {}): Promise<OwnGateway> {
  const controlPlane = new TestControlPlane();
  await controlPlane.listen();
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  const port = await findFreePort('127.0.0.1');
  const settings = {
    GATEWAY_ENGINE: 'sockets',
    GATEWAY_PORT: String(port),
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_TOKEN,
    CONTROL_PLANE_URL: controlPlane.url,
    DATA_DIR: dataDir,
    ALLOWED_UPSTREAM_PORTS: '1-65535',
    LOG_LEVEL: 'error',
    ...variables,
  };
  const gateway = await startProcess('gateway', port, settings, '/health/live');
  return {
    port,
    pid: gateway.pid,
    url: gateway.url,
    output: () => gateway.output(),
    async deploy(hosts, paths) {
      const receipt = await controlPlane.receiptOf(controlPlane.deploy(hosts, snapshotOf(paths)));
      if (receipt.refusal !== null) throw new Error(receipt.refusal);
    },
    async stop() {
      const code = await gateway.stop();
      await controlPlane.close();
      await rm(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}
