import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let host: string;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2 });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  const [first] = stack.controlPlanes;
  api = Object.assign(await stack.newProject(stack.gatewayPort), first ? { controlUrl: first.url } : {});
  serviceId = await api.createService();
  await importBody('one');
  const stage = await api.createStage(serviceId, 'http://127.0.0.1');
  stageId = stage.stageId;
  host = stage.stageUrl;
  await api.deploy(serviceId, stageId);
});

const importBody = (body: string) => api.importSwagger(serviceId, mockDocument(body));
const hello = async (port?: number) => (await api.request(host, 'GET', '/hello', port ? { port } : {})).text;

async function changeTo(body: string): Promise<void> {
  await importBody(body);
  await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
}

async function waitForHello(body: string, port?: number): Promise<void> {
  const deadline = Date.now() + 15_000;
  while ((await hello(port)) !== body) if (Date.now() > deadline) throw new Error(`/hello did not become ${body}`);
}

describe('a crash', () => {
  it('of the control plane between the lock and COMPLETE leaves a deployment that another replica ends', async () => {
    await changeTo('two');
    const dying = await stack.startControlPlane();
    const viaDying = Object.assign(Object.create(api), { controlUrl: dying.url }) as Api;
    await viaDying.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
    await dying.kill();
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    expect(await hello()).toBe('two');
  });

  it('of the gateway in the middle of a swap leaves it, started again, with the deployment that is wanted', async () => {
    await changeTo('two');
    const dataDir = await stack.gatewayDataDir('swapped');
    const gateway = await stack.startGateway({ GATEWAY_ID: 'swapped', DATA_DIR: dataDir });
    await waitForHello('one', gateway.port);
    await api.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
    await gateway.kill();
    const again = await stack.startGateway({ GATEWAY_ID: 'swapped', DATA_DIR: dataDir });
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    await waitForHello('two', again.port);
    await again.stop();
  });

  it('of every control plane leaves the gateways serving, also those that are started meanwhile', async () => {
    const dataDir = await stack.gatewayDataDir('lonely');
    const gateway = await stack.startGateway({ GATEWAY_ID: 'lonely', DATA_DIR: dataDir });
    await waitForHello('one', gateway.port);
    await gateway.stop();
    await Promise.all(stack.controlPlanes.map((controlPlane) => controlPlane.kill()));
    expect(await hello()).toBe('one');
    const again = await stack.startGateway({ GATEWAY_ID: 'lonely', DATA_DIR: dataDir });
    expect(await hello(again.port)).toBe('one');
    await again.stop();
    const controlPlane = await stack.startControlPlane({ PORT: String(stack.controlPlanes[0]?.port) });
    Object.assign(api, { controlUrl: controlPlane.url });
    await changeTo('two');
    expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    await waitForHello('two');
  });
});
