import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../harness/api.js';
import { until } from '../gateway/support/until.js';
import { expectError } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { newestItem, restoreItem, restoreNewest } from '../harness/recycle-bin.js';
import { makeRichService, type RichService } from '../harness/rich-service.js';
import { readService, readStage } from '../harness/service-state.js';
import { type Stack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: Stack;
let api: Api;
let rich: RichService;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  rich = await makeRichService(api);
});

const removeService = () => api.ok('DELETE', rich.service);
const removeStage = () => api.ok('DELETE', `${rich.service}/stages/${rich.stage.stageId}`);
const removeDomain = () => api.ok('DELETE', `/custom-domains/${rich.customDomain.customDomainId}`);
const hosts = () => [rich.stage.stageUrl, rich.customDomain.customDomain] as string[];

async function servedBy(host: string): Promise<string | null> {
  const answer = await api.request(host, 'GET', '/hello', { headers: { 'X-Member': 'a' } });
  return answer.status === 200 ? answer.text : null;
}

async function expectServed(names: readonly string[]): Promise<void> {
  for (const host of names) expect(await until(() => servedBy(host))).toBe('second');
}

async function expectNotServed(names: readonly string[]): Promise<void> {
  for (const host of names) await until(async () => (await servedBy(host)) === null);
}

describe('a deleted service', () => {
  it('comes back with all that was in it, and its stages serve again under all their names', async () => {
    await expectServed(hosts());
    const before = await readService(api, rich.serviceId);
    expect(before).toMatchObject({
      gatewayResponseList: [{}],
      keyValues: [[{ ipAccessControlList: ['127.0.0.1', '10.0.0.0/8'] }]],
      stages: [{ stageDeployHistoryList: [{}, {}], accessLog: { isAccessLogOn: true } }, {}],
      content: { described: [{ parameters: { queryStringList: [{}] } }], modelList: [{}] },
    });
    await removeService();
    expectError(await api.call('GET', rich.service), 'SERVICE_NOT_FOUND');
    await expectNotServed(hosts());
    const item = await newestItem(api);
    expect(item).toMatchObject({
      kind: 'SERVICE',
      operationId: 'deleteService',
      title: 'rich',
      objectId: rich.serviceId,
      apigwServiceId: rich.serviceId,
      stageId: null,
      leftOutDeploymentCount: 0,
      restoredAt: null,
    });
    const restored = await api.ok('POST', `/recycle-bin/${item.recycleBinItemId}/restore`);
    expect(restored).toMatchObject({ replacedRecycleBinItemId: null, leftOutCustomDomainList: [] });
    expect(await readService(api, rich.serviceId)).toEqual(before);
    await expectServed(hosts());
  });

  it('can be deployed, deleted and restored once more', async () => {
    await removeService();
    await restoreNewest(api, 'SERVICE');
    const stage = `${rich.service}/stages/${rich.stage.stageId}`;
    await api.ok('PUT', stage, { backendEndpointUrl: `${BACKEND}/changed` });
    expect(await api.deploy(rich.serviceId, rich.stage.stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    const before = await readService(api, rich.serviceId);
    await removeService();
    await restoreNewest(api, 'SERVICE');
    expect(await readService(api, rich.serviceId)).toEqual(before);
  });

  it('tells what it has in numbers alone, and no secret', async () => {
    await removeService();
    const item = await newestItem(api);
    const counts = Object.fromEntries(
      item.contentList.map(({ contentType, count }: { contentType: string; count: number }) => [contentType, count]),
    );
    expect(counts).toMatchObject({
      SERVICE: 1,
      MODEL: 1,
      STAGE: 2,
      STAGE_HOST: 3,
      DEPLOYMENT: 2,
      RESTRICTION_POLICY: 1,
    });
    expect(JSON.stringify(item)).not.toMatch(/sealed|secret/);
    const kept = await stack.query(`SELECT 1 FROM recycle_bin_row WHERE content::text LIKE '%very-secret%'`);
    expect(kept).toEqual([]);
  });

  it('comes back under the appKey of the call when its own is gone', async () => {
    await removeService();
    const { recycleBinItemId } = await newestItem(api);
    const other = api.withAppKey(`${api.appKey}-other`);
    await stack.query(
      `INSERT INTO app_key (id, project_id, value) SELECT id || '2', project_id, $2 FROM app_key WHERE value = $1`,
      [api.appKey, other.appKey],
    );
    await other.ok('DELETE', `/custom-domains/${rich.customDomain.customDomainId}`);
    await stack.query('DELETE FROM app_key WHERE value = $1', [api.appKey]);
    await other.ok('POST', `/recycle-bin/${recycleBinItemId}/restore`);
    expect((await other.ok('GET', rich.service)).apigwService.appKey).toBe(other.appKey);
  });

  it('is not restored in part when the database refuses a row of it', async () => {
    await removeService();
    const item = await newestItem(api);
    const before = await databaseFingerprint(stack);
    const condition = `NEW.stage_id = '${rich.stage.stageId}'`;
    const answer = await withRowFault(stack, { operation: 'INSERT', table: 'deployment', condition }, () =>
      restoreItem(api, item),
    );
    expectError(answer, 'DATABASE_FAILED');
    expect(await databaseFingerprint(stack)).toEqual(before);
    await restoreNewest(api, 'SERVICE');
  });
});

describe('a service whose deletion is refused', () => {
  it('leaves nothing in the recycle bin', async () => {
    const condition = `OLD.id = '${rich.serviceId}'`;
    const before = await databaseFingerprint(stack);
    await withRowFault(stack, { operation: 'DELETE', table: 'service', condition }, async () => {
      expectError(await api.call('DELETE', rich.service), 'DATABASE_FAILED');
    });
    expect(await databaseFingerprint(stack)).toEqual(before);
  });
});

describe('a deleted stage', () => {
  it('comes back with its settings and deployments, and serves again under all its names', async () => {
    await expectServed(hosts());
    const before = await readService(api, rich.serviceId);
    await removeStage();
    await expectNotServed(hosts());
    const restored = await restoreNewest(api, 'STAGE');
    expect(restored).toMatchObject({
      recycleBinItem: { title: 'alpha', objectId: rich.stage.stageId, stageId: rich.stage.stageId },
      leftOutCustomDomainList: [],
    });
    expect(await readService(api, rich.serviceId)).toEqual(before);
    await expectServed(hosts());
  });

  it('comes back without a custom domain that was deleted, and says so', async () => {
    await removeStage();
    await removeDomain();
    const restored = await restoreNewest(api, 'STAGE');
    expect(restored.leftOutCustomDomainList).toEqual([rich.customDomain.customDomain]);
    const { stage } = await readStage(api, rich.serviceId, rich.stage.stageId);
    expect(stage.stageCustomDomainList).toEqual([]);
    await expectServed([rich.stage.stageUrl]);
  });

  it('comes back without a custom domain that is connected elsewhere, and leaves it there', async () => {
    await removeStage();
    const other = await api.createStage(rich.serviceId, BACKEND, 'beta');
    const connection = `custom-domains/${rich.customDomain.customDomainId}`;
    await api.ok('POST', `${rich.service}/stages/${other.stageId}/${connection}`);
    const restored = await restoreNewest(api, 'STAGE');
    expect(restored.leftOutCustomDomainList).toEqual([rich.customDomain.customDomain]);
    const { stage } = await readStage(api, rich.serviceId, other.stageId);
    expect(stage.stageCustomUrl).toBe(rich.customDomain.customDomain);
  });

  it('is not restored beside a stage of its name', async () => {
    await removeStage();
    await api.createStage(rich.serviceId, BACKEND, 'alpha');
    await expectRefused('STAGE', 'STAGE_NAME_DUPLICATED');
  });

  it('is not restored when its policy was deleted', async () => {
    await removeStage();
    await api.ok('DELETE', `${rich.service}/request-restriction-policies/${rich.policyId}`);
    await expectRefused('STAGE', 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['requestRestrictionPolicies']);
  });

  it('is not restored when only what it serves needs a policy that was deleted', async () => {
    const stage = `${rich.service}/stages/${rich.stage.stageId}`;
    const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
    const { stageResourceId } = stageResourceList.find(
      (one: { methodType: string | null }) => one.methodType === 'GET',
    );
    await api.ok('PUT', `${stage}/resources/${stageResourceId}`, { stageResourcePluginList: [] });
    await removeStage();
    await api.ok('DELETE', `${rich.service}/request-restriction-policies/${rich.policyId}`);
    await expectRefused('STAGE', 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['requestRestrictionPolicies']);
  });

  it('is not restored when its host name cannot be registered', async () => {
    await removeStage();
    const { stageList } = await api.ok('GET', `${rich.service}/stages`);
    await stack.query('INSERT INTO stage_host (host_name, stage_id) VALUES ($1, $2)', [
      rich.stage.stageUrl,
      stageList[0].stageId,
    ]);
    await expectRefused('STAGE', 'STAGE_HOST_NOT_REGISTERED');
  });

  it('is restored after its service, and not before', async () => {
    await removeStage();
    await removeService();
    await expectRefused('STAGE', 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['apigwServiceId']);
    await restoreNewest(api, 'SERVICE');
    await restoreNewest(api, 'STAGE');
    await expectServed(hosts());
  });
});

/** Demands that the newest item of a kind is not restored, and that nothing has changed. */
async function expectRefused(kind: string, key: Parameters<typeof expectError>[1], fields?: string[]): Promise<void> {
  const item = await newestItem(api, kind);
  const before = await databaseFingerprint(stack);
  expectError(await restoreItem(api, item), key, fields);
  expect(await databaseFingerprint(stack)).toEqual(before);
}
