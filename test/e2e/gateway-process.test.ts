import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { type Backend, startBackend, startRawBackend } from '../gateway/support/backend.js';
import { call, STAGE_HOST } from '../gateway/support/client.js';
import { GATEWAY_TOKEN, TestControlPlane } from '../gateway/support/control-plane.js';
import { httpRoute, pathOf, snapshotOf } from '../gateway/support/snapshots.js';
import { until } from '../gateway/support/until.js';
import { type ProductProcess, runProcessToEnd, startProcess } from '../harness/process.js';

const GATEWAY_ID = 'process-under-test';
const controlPlane = new TestControlPlane();
let dataDir: string;
let backend: Backend;
let held: ServerResponse | null = null;

beforeAll(async () => {
  await controlPlane.listen();
  dataDir = await mkdtemp(join(tmpdir(), 'gateway-process-'));
  backend = await startBackend((_request, response) => {
    held = response;
  });
});

afterAll(async () => {
  await Promise.all([controlPlane.close(), backend.close()]);
  await rm(dataDir, { recursive: true, force: true });
});

const variables = (port: number): Record<string, string> => ({
  GATEWAY_PORT: String(port),
  GATEWAY_HOST: '127.0.0.1',
  GATEWAY_ID,
  GATEWAY_TOKEN,
  CONTROL_PLANE_URL: controlPlane.url,
  DATA_DIR: dataDir,
  ALLOWED_UPSTREAM_PORTS: '1-65535',
  SHUTDOWN_TIMEOUT_MS: '5000',
});

/** Starts the gateway with a stage whose GET / is held back by the backend. */
async function startGatewayProcess(extra: Record<string, string> = {}): Promise<ProductProcess> {
  const port = await findFreePort('127.0.0.1');
  const deploymentId = controlPlane.deploy(
    [STAGE_HOST],
    snapshotOf([pathOf('/', [httpRoute('GET', backend.url, '/')])]),
  );
  const gateway = await startProcess('gateway', port, { ...variables(port), ...extra });
  await controlPlane.receiptOf(deploymentId);
  held = null;
  controlPlane.left.length = 0;
  return gateway;
}

describe('the gateway process', () => {
  it('names every bad setting and ends', async () => {
    const { code, output } = await runProcessToEnd('gateway', { GATEWAY_PORT: 'abc', TRUSTED_PROXIES: 'nobody' });
    expect(code).toBe(1);
    for (const name of ['GATEWAY_PORT', 'TRUSTED_PROXIES', 'GATEWAY_TOKEN']) expect(output).toContain(name);
  });

  it('says which port is busy and ends, without a word to the control plane', async () => {
    const taken = await startRawBackend((socket) => socket.destroy());
    const before = controlPlane.manifestCalls;
    const { code, output } = await runProcessToEnd('gateway', variables(taken.port));
    await taken.close();
    expect(code).toBe(1);
    expect(output).toContain(String(taken.port));
    expect(controlPlane.manifestCalls).toBe(before);
  });

  it('finishes a running request on SIGTERM, takes no further one, signs off and ends with 0', async () => {
    const gateway = await startGatewayProcess();
    const running = call(gateway.port, '/');
    const response = await until(() => held);
    response.write('first, ');
    const stopped = gateway.stop();
    await until(() => controlPlane.left.includes(GATEWAY_ID));
    await expect(call(gateway.port, '/')).rejects.toThrow();
    response.end('last');
    expect((await running).text).toBe('first, last');
    expect(await stopped).toBe(0);
  });

  it('breaks off on SIGTERM what is not finished in time', async () => {
    const gateway = await startGatewayProcess({ SHUTDOWN_TIMEOUT_MS: '100' });
    const running = Promise.allSettled([call(gateway.port, '/')]);
    await until(() => held);
    expect(await gateway.stop()).toBe(0);
    expect((await running)[0].status).toBe('rejected');
  });

  it('outlives clients that reset their connections at any moment', async () => {
    const gateway = await startGatewayProcess();
    const requests = [
      'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n',
      'hello\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: ${STAGE_HOST}\r\n\r\n`,
    ];
    for (let round = 0; round < 60; round += 1) {
      const client = connect(gateway.port, '127.0.0.1');
      await once(client, 'connect');
      client.write(requests[round % requests.length] ?? '');
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      client.resetAndDestroy();
    }
    expect((await call(gateway.port, '/health/live', { host: 'none' })).status).toBe(200);
    expect(await gateway.stop()).toBe(0);
  });
});
