import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/main/dev/embedded-postgres.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import type { ProductProcess } from '../harness/process.js';
import { launchStack, type PrivateStack } from '../harness/stack.js';

const POLL_INTERVAL_MS = 100;

let dataDir: string;
let postgres: EmbeddedPostgres;
let stack: PrivateStack;
let api: Api;
let always200: ProductProcess;

const startPostgres = () => startEmbeddedPostgres({ dataDir, isDurable: true, maxConnections: 100 });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatewright-away-'));
  await chmod(dataDir, 0o755);
  postgres = await startPostgres();
  await postgres.createDatabase('away');
  stack = await launchStack(postgres.url('away'), {});
  api = await stack.newProject();
  always200 = await stack.startControlPlane({ HTTP_STATUS_POLICY: 'always-200' });
});

afterAll(async () => {
  await stack.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe('while the database is away', () => {
  it('every call is answered DB Query fail, the gateway serves on, and all is well again by itself', async () => {
    const serviceId = await api.createService('kept');
    await api.importSwagger(serviceId, mockDocument());
    const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
    await api.deploy(serviceId, stageId);

    await postgres.stop();
    expectError(await api.call('GET', '/services'), 'DATABASE_FAILED');
    const body = { regionCode: 'KR1', apigwServiceName: 'lost' };
    expectError(await api.call('POST', '/services', body), 'DATABASE_FAILED');
    expect((await fetch(`${stack.address.controlUrl}/health/ready`)).status).toBe(500);
    expect((await fetch(`${stack.address.controlUrl}/health/live`)).status).toBe(200);
    expect((await fetch(`${always200.url}/health/ready`)).status).toBe(500);
    expect((await api.request(stageUrl, 'GET', '/hello')).text).toBe('hello');

    postgres = await startPostgres();
    while ((await api.call('GET', '/services')).status !== 200) await delay(POLL_INTERVAL_MS);
    expect((await api.ok('GET', '/services')).apigwServiceList).toMatchObject([{ apigwServiceName: 'kept' }]);
    await api.importSwagger(serviceId, mockDocument('again'));
    await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
    while ((await api.call('POST', `/services/${serviceId}/stages/${stageId}/deploys`)).status !== 200) {
      await delay(POLL_INTERVAL_MS);
    }
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    expect((await api.request(stageUrl, 'GET', '/hello')).text).toBe('again');
  });
});
