import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { call, STAGE_HOST } from '../gateway/support/client.js';
import { GATEWAY_TOKEN, TestControlPlane } from '../gateway/support/control-plane.js';
import { mockRoute, pathOf, snapshotOf } from '../gateway/support/snapshots.js';
import { until } from '../gateway/support/until.js';
import { type ProductProcess, startProcess } from '../harness/process.js';

const TIMEOUT_MS = 180_000;
const controlPlane = new TestControlPlane();
let dataDir: string;

beforeAll(async () => {
  await controlPlane.listen();
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-metrics-'));
  controlPlane.deploy([STAGE_HOST], snapshotOf([pathOf('/', [mockRoute('GET', 'x')])], { accessLog: true }));
});

afterAll(async () => {
  await controlPlane.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function startGateway(): Promise<ProductProcess> {
  const port = await findFreePort('127.0.0.1');
  const gateway = await startProcess('gateway', port, {
    GATEWAY_PORT: String(port),
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_TOKEN,
    CONTROL_PLANE_URL: controlPlane.url,
    DATA_DIR: dataDir,
    USAGE_INTERVAL_MS: '200',
  });
  await until(async () => (await call(port, '/')).status === 200);
  return gateway;
}

const taken = () =>
  [...controlPlane.batches.values()].flatMap(({ counts }) => counts).reduce((sum, count) => sum + count.status2xx, 0);

describe('the counts of a gateway process', () => {
  it(
    'lose, when it is killed, at most what came since the last flush, and count nothing twice',
    async () => {
      let sent = 0;
      let certain = 0;
      for (let round = 0; round < 2; round += 1) {
        const before = taken();
        const gateway = await startGateway();
        sent += 1;
        // Taken, but the gateway does not hear of it: the next run sends the same batch again.
        for (let at = 0; at < 40; at += 1) sent += (await call(gateway.port, '/')).status === 200 ? 1 : 0;
        await until(() => taken() - before >= 41);
        controlPlane.batchAnswers.push('lost', 'lost', 'lost');
        certain = taken();
        for (let at = 0; at < 40; at += 1) sent += (await call(gateway.port, '/')).status === 200 ? 1 : 0;
        await gateway.kill();
        controlPlane.batchAnswers.length = 0;
        expect(taken()).toBeLessThanOrEqual(sent);
        expect(taken()).toBeGreaterThanOrEqual(certain);
        // What was lost is lost; the next round begins with what is known.
        const again = await startGateway();
        sent += 1;
        await again.stop();
        expect(taken()).toBeLessThanOrEqual(sent);
        expect(taken()).toBeGreaterThanOrEqual(certain + 1);
        sent = taken();
      }
      expect(controlPlane.batchIds.length).toBeGreaterThanOrEqual(controlPlane.batches.size);
    },
    TIMEOUT_MS,
  );

  it(
    'lose nothing when it is stopped',
    async () => {
      const before = taken();
      const gateway = await startGateway();
      for (let at = 0; at < 100; at += 1) await call(gateway.port, '/');
      expect(await gateway.stop()).toBe(0);
      expect(taken() - before).toBe(101);
      const lines = gateway
        .output()
        .split('\n')
        .filter((line) => line.includes('"logType":"access"'));
      expect(lines).toHaveLength(101);
    },
    TIMEOUT_MS,
  );
});
