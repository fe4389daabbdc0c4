import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { join } from 'node:path';
import type { Snapshot, SnapshotPath } from '../../../src/contract/snapshot.js';
import { type GatewaySettings, type LogFields, readSettings, startGateway } from '../../../src/gateway/index.js';
import { type Answer, type Call, call, STAGE_HOST } from './client.js';
import { GATEWAY_TOKEN, TestControlPlane } from './control-plane.js';
import { snapshotOf } from './snapshots.js';

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** A gateway in this process that follows a control plane of its own. */
export interface TestGateway {
  readonly port: number;
  readonly dataDir: string;
  readonly controlPlane: TestControlPlane;
  readonly log: LogLine[];
  /** Lines of access logs so far, parsed. */
  accessLines(): Record<string, unknown>[];
  /** Deploys to the host {@link STAGE_HOST} and waits until the gateway has taken or refused it. */
  deploy(paths: SnapshotPath[], parts?: Partial<Snapshot>, hosts?: string[]): Promise<void>;
  call(path: string, options?: Call): Promise<Answer>;
  /** Closes the gateway alone, keeping its data directory and its control plane. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Settings for a gateway under test: any port may be a backend's, times are short where waiting would be long. */
export function testSettings(
  controlPlaneUrl: string,
  dataDir: string,
  settings: Partial<GatewaySettings> = {},
): GatewaySettings {
  const environment = {
    GATEWAY_PORT: '0',
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_TOKEN,
    CONTROL_PLANE_URL: controlPlaneUrl,
    DATA_DIR: dataDir,
    ALLOWED_UPSTREAM_PORTS: '1-65535',
    SHUTDOWN_TIMEOUT_MS: '2000',
    USAGE_INTERVAL_MS: '50',
    // The suites hold on both engines.
    GATEWAY_ENGINE: process.env['GATEWAY_ENGINE'],
  };
  return { ...readSettings(environment), ...settings };
}

/** Starts a control plane and a gateway, with changed settings where a test wants them. */
export async function startTestGateway(settings: Partial<GatewaySettings> = {}): Promise<TestGateway> {
  const controlPlane = new TestControlPlane();
  await controlPlane.listen();
  const dataDir = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  const log: LogLine[] = [];
  let accessText = '';
  const accessOutput = new Writable({
    write(chunk: Buffer, _encoding, done) {
      accessText += chunk.toString();
      done();
    },
  });
  const gateway = await startGateway(
    testSettings(controlPlane.url, dataDir, settings),
    (level, message, fields = {}) => {
      log.push({ level, message, fields });
    },
    accessOutput,
  );
  return {
    port: gateway.port,
    dataDir,
    controlPlane,
    log,
    accessLines: () =>
      accessText
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    async deploy(paths, parts, hosts = [STAGE_HOST]) {
      await controlPlane.receiptOf(controlPlane.deploy(hosts, snapshotOf(paths, parts)));
    },
    call: (path, options) => call(gateway.port, path, options),
    stop: () => gateway.close(),
    async close() {
      await gateway.close();
      await controlPlane.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
