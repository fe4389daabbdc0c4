import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYNC_PREFIX } from '../../src/contract/sync.js';
import { Api, type Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { type PrivateStack, type Stack, startPrivateStack, useStack } from '../harness/stack.js';

const CONTROL_PLANE = fileURLToPath(new URL('../../dist/main/control-plane.js', import.meta.url));

/** Starts a control plane with these variables alone and gives what it prints before it ends. */
async function startAndEnd(variables: Record<string, string>): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [CONTROL_PLANE], { env: variables, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, output };
}

describe('a control plane with bad settings', () => {
  it('names every one of them and ends', async () => {
    const { code, output } = await startAndEnd({ PORT: 'abc', DATABASE_URL: 'mysql://x', MAX_STAGES: '0' });
    expect(code).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'MAX_STAGES', 'ENCRYPTION_KEY']) {
      expect(output).toContain(name);
    }
  });

  it('says which port is busy and ends', async () => {
    const stack = await useStack();
    const { controlUrl, databaseUrl, gatewayToken } = stack.address;
    const { port } = new URL(controlUrl);
    const { code, output } = await startAndEnd({
      PORT: port,
      HOST: '127.0.0.1',
      DATABASE_URL: databaseUrl,
      GATEWAY_TOKEN: gatewayToken,
      ENCRYPTION_KEY: 'e1'.repeat(32),
    });
    expect(code).toBe(1);
    expect(output).toContain(port);
  });
});

describe('settings that change the answers', () => {
  let stack: PrivateStack;
  let api: Api;

  beforeAll(async () => {
    stack = await startPrivateStack({
      variables: {
        HTTP_STATUS_POLICY: 'always-200',
        BOOTSTRAP_APP_KEY: 'given-app-key',
        REGIONS: 'KR1,KR2',
        STAGE_DOMAIN: 'gw.example.com',
        MAX_SERVICES: '2',
        ALLOWED_UPSTREAM_PORTS: '80',
      },
    });
    api = new Api(stack.address.controlUrl, 'given-app-key', stack.gatewayPort);
  });

  afterAll(() => stack.stop());

  it('HTTP_STATUS_POLICY always-200 keeps the codes in the body alone', async () => {
    const { status, body } = await api.call('GET', '/services/nope');
    expect([status, body.header.resultCode]).toEqual([200, 404101000]);
    const encoded = await fetch(`${stack.address.controlUrl}/%76%31.0/appkeys/given-app-key/services/nope`);
    const { header }: Json = await encoded.json();
    expect([encoded.status, header.resultCode]).toEqual([200, 404101000]);
  });

  it('HTTP_STATUS_POLICY always-200 holds for the management API alone: a gateway sees that it is refused', async () => {
    const call = `${stack.address.controlUrl}${SYNC_PREFIX}/gateways/stranger/receipts`;
    expect((await fetch(call, { method: 'POST' })).status).toBe(401);
  });

  it('BOOTSTRAP_APP_KEY, REGIONS, STAGE_DOMAIN, MAX_SERVICES and ALLOWED_UPSTREAM_PORTS hold', async () => {
    const create = (regionCode: string) => api.call('POST', '/services', { regionCode, apigwServiceName: 'a' });
    const { apigwService } = (await create('KR2')).body;
    expect(apigwService).toMatchObject({ regionCode: 'KR2', apigwDomain: 'gw.example.com', appKey: 'given-app-key' });
    const serviceId: string = apigwService.apigwServiceId;
    await api.importSwagger(serviceId, mockDocument());
    const stage = await api.createStage(serviceId, 'http://a');
    expect(stage.stageUrl).toBe(`kr2-${serviceId}.gw.example.com`);
    const refused = await api.call('POST', `/services/${serviceId}/stages`, { backendEndpointUrl: 'https://a' });
    expect(refused.body.header.resultCode).toBe(400103004);
    await create('KR1');
    expect((await create('KR1')).body.header.resultCode).toBe(400101000);
  });

  it('a region without gateways deploys nothing', async () => {
    const { apigwServiceList } = await api.ok('GET', '/services?regionCode=KR2');
    const serviceId: string = apigwServiceList[0].apigwServiceId;
    const { stageList } = await api.ok('GET', `/services/${serviceId}/stages`);
    const answer = await api.call('POST', `/services/${serviceId}/stages/${stageList[0].stageId}/deploys`);
    expect(answer.body.header.resultCode).toBe(500104003);
  });
});

describe('a fault that nothing names', () => {
  it('is answered FAIL, with nothing of its cause, and logged under the request id', async () => {
    const stack: Stack = await useStack();
    const api = await stack.newProject();
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, mockDocument());
    const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1');
    const resources = `/services/${serviceId}/stages/${stageId}/resources`;
    const { stageResourceList } = await api.ok('GET', resources);
    await stack.query(
      `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config) VALUES ($1, $2, 'HMAC', $3)`,
      [stageId, (stageResourceList as Json[])[0].stageResourceId, { secretKey: 'not sealed at all' }],
    );
    const answer = await api.call('GET', resources);
    expectError(answer, 'FAIL');
    expect(Object.keys(answer.body)).toEqual(['header']);
  });
});
