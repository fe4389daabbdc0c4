import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { applyDelta, SNAPSHOT_BASE_HEADER } from '../../src/contract/snapshot-delta.js';
import { SYNC_PREFIX } from '../../src/contract/sync.js';
import { contentHash } from '../../src/kernel/canonical-json.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const SECRET = 'the-secret-of-the-signatures';

let stack: PrivateStack;
let api: Api;
let gateway: SpokenGateway;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 0 });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  api = await stack.newProject(0);
  gateway = new SpokenGateway('one', stack);
  await gateway.manifest();
});

/** A stage with two methods, the root path of which demands signatures. */
async function newStage(): Promise<{ serviceId: string; stageId: string }> {
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1');
  return { serviceId, stageId };
}

/** Deploys what is set, with another answer of the first method; gives the id. */
async function deploy({ serviceId, stageId }: { serviceId: string; stageId: string }, body: string): Promise<string> {
  const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
  const method = resourceList.find((one: Json) => one.methodType !== null && one.methodType !== undefined);
  await api.ok('PUT', `/services/${serviceId}/resource-methods/${method.resourceId}`, {
    methodName: 'changed',
    methodPluginList: [{ pluginType: 'MOCK', pluginConfigJson: { statusCode: 200, body } }],
  });
  await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
  const { deployId } = await api.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
  await gateway.receipt(stageId);
  return deployId;
}

async function fetchSnapshot(deploymentId: string, base: string | null, controlPlane = 0): Promise<Json> {
  const url = `${stack.controlPlanes[controlPlane]?.url}${SYNC_PREFIX}/snapshots/${deploymentId}`;
  const headers = { authorization: `Bearer ${stack.address.gatewayToken}` };
  const answer = await fetch(url, {
    headers: { ...headers, ...(base === null ? {} : { [SNAPSHOT_BASE_HEADER]: base }) },
  });
  return { status: answer.status, ...((await answer.json()) as object) };
}

describe('the snapshot of a deployment, asked for by a gateway that holds one of the same stage', () => {
  it.each([
    ['that made the deployment', 0],
    ['that knows of neither', 1],
  ])('is told as it differs by the control plane %s', async (_what, controlPlane) => {
    const stage = await newStage();
    const [first, second] = [await deploy(stage, 'first'), await deploy(stage, 'second')];
    const whole = await fetchSnapshot(second, null);
    const told = await fetchSnapshot(second, first, controlPlane);
    expect(told).toMatchObject({ base: first, hash: whole.hash });
    expect(told.snapshot.paths.filter((path: unknown) => !Array.isArray(path))).toHaveLength(1);
    const { paths } = (await fetchSnapshot(first, null)).snapshot;
    expect(contentHash(applyDelta(paths, told.snapshot))).toBe(whole.hash);
  });

  it('has its secrets in the clear, as the whole has', async () => {
    const stage = await newStage();
    const first = await deploy(stage, 'first');
    const resources = `/services/${stage.serviceId}/stages/${stage.stageId}/resources`;
    const { stageResourceList } = await api.ok('GET', resources);
    const root = stageResourceList.find((one: Json) => one.path === '/' && !one.methodType);
    const hmac = { pluginType: 'HMAC', pluginConfigJson: { secretKey: SECRET } };
    await api.ok('PUT', `${resources}/${root.stageResourceId}`, { stageResourcePluginList: [hmac] });
    const { deployId } = await api.ok('POST', `/services/${stage.serviceId}/stages/${stage.stageId}/deploys`);
    for (const controlPlane of [0, 1]) {
      const told = await fetchSnapshot(deployId, first, controlPlane);
      expect(told.base).toBe(first);
      expect(JSON.stringify(told)).toContain(SECRET);
    }
    await gateway.receipt(stage.stageId);
  });

  it('is whole when the other deployment is another stage’s, or gone', async () => {
    const stage = await newStage();
    const foreign = await deploy(await newStage(), 'foreign');
    const deployed = await deploy(stage, 'mine');
    for (const base of [foreign, 'gone']) {
      const told = await fetchSnapshot(deployed, base);
      expect(told).not.toHaveProperty('base');
      expect(contentHash(told.snapshot)).toBe(told.hash);
    }
  });
});
