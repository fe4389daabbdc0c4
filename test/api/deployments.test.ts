import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type RowFault, withRowFault } from '../harness/faults.js';
import { type PrivateStack, type Stack, startPrivateStack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: Stack;
let api: Api;
let serviceId: string;
let stageId: string;
let stage: string;
let deploys: string;

beforeAll(async () => {
  stack = await useStack();
});

async function makeStage(owner: Api): Promise<void> {
  api = owner;
  serviceId = await api.createService();
  await api.importSwagger(serviceId, httpDocument());
  stageId = (await api.createStage(serviceId, BACKEND)).stageId;
  stage = `/services/${serviceId}/stages/${stageId}`;
  deploys = `${stage}/deploys`;
}

const changeStage = (backendEndpointUrl: string) => api.ok('PUT', stage, { backendEndpointUrl });
/** That nothing is inserted for the stage. */
const refusedInsert = (table: string): RowFault => ({
  operation: 'INSERT',
  table,
  condition: `NEW.stage_id = '${stageId}'`,
});
const history = async (): Promise<Json[]> => (await api.ok('GET', deploys)).stageDeployHistoryList;

describe('a deployment', () => {
  beforeEach(async () => makeStage(await stack.newProject()));

  it('is the latest from the moment it was asked for, and ends as COMPLETE', async () => {
    const { deployId } = await api.ok('POST', deploys, { deployDescription: 'first' });
    const { latestStageDeployResult: begun } = await api.ok('GET', `${deploys}/latest`);
    expect(begun.deployId).toBe(deployId);
    const ended = await api.waitForDeployment(serviceId, stageId);
    expect(ended).toMatchObject({
      deployId,
      stageId,
      deployStatus: 'COMPLETE',
      deployDescription: 'first',
      isBase: true,
      isLive: true,
      rollbackAt: null,
      failureReason: null,
    });
    expect(ended.deployedAt).toMatch(/^\d{4}-.*Z$/);
    expect(ended.stageResourceList).toEqual((await api.ok('GET', `${stage}/resources`)).stageResourceList);
  });

  it('is never shown as COMPLETE without being live, nor as live before it is COMPLETE', async () => {
    const seen: [string, boolean, boolean][] = [];
    let running = true;
    const look = async () => {
      while (running) {
        const answer = await api.call('GET', `${deploys}/latest`);
        const one = answer.body.latestStageDeployResult;
        if (one) seen.push([one.deployStatus, one.isLive, one.isBase]);
      }
    };
    const watchers = Array.from({ length: 6 }, look);
    for (let round = 0; round < 15; round += 1) {
      await changeStage(`http://127.0.0.1:${10_100 + round}`);
      await api.deploy(serviceId, stageId);
    }
    running = false;
    await Promise.all(watchers);
    const kinds = new Set(seen.map((one) => one.join(' ')));
    expect(kinds).toEqual(new Set(['DEPLOYING false false', 'COMPLETE true true']));
  });

  it('needs no body', async () => {
    await api.ok('POST', deploys);
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });

  it('is refused while nothing has changed since the live one', async () => {
    await api.deploy(serviceId, stageId);
    expectError(await api.call('POST', deploys), 'STAGE_NOT_CHANGED');
    await changeStage('http://127.0.0.1:10081');
    expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    await changeStage('http://127.0.0.1:10080');
    expect(await api.deploy(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });

  it('runs once when fifty clients ask for it at once', async () => {
    const counts = await fiftyAtOnce(() => api.call('POST', deploys));
    expect(counts[0]).toBe(1);
    expect((counts[409104001] ?? 0) + (counts[409104002] ?? 0)).toBe(49);
    await api.waitForDeployment(serviceId, stageId);
    expect(await history()).toHaveLength(1);
  });

  it('needs resources, a method that is not CORS alone, and a backend', async () => {
    const plugin = `FROM stage_resource r WHERE p.stage_resource_id = r.id AND r.stage_id = $1`;
    await stack.query(`UPDATE stage_resource_plugin p SET config = '{}' ${plugin}`, [stageId]);
    expectError(await api.call('POST', deploys), 'STAGE_PLUGIN_UNREADABLE', ['GET /items']);
    await stack.query(`DELETE FROM stage_resource_plugin p USING ${plugin.slice(5)}`, [stageId]);
    expectError(await api.call('POST', deploys), 'BACKEND_TYPE_UNSUPPORTED', ['GET /items']);
    await stack.query('UPDATE stage_resource SET made_by_cors = true WHERE stage_id = $1', [stageId]);
    expectError(await api.call('POST', deploys), 'DEPLOY_NO_ROUTE');
    await stack.query('DELETE FROM stage_resource WHERE stage_id = $1 AND method_type IS NOT NULL', [stageId]);
    expectError(await api.call('POST', deploys), 'DEPLOY_NO_METHOD');
    await stack.query('DELETE FROM stage_resource WHERE stage_id = $1', [stageId]);
    expectError(await api.call('POST', deploys), 'DEPLOY_STAGE_EMPTY');
    expect(await history()).toEqual([]);
  });

  it('needs the host name record of the stage', async () => {
    await stack.query('DELETE FROM stage_host WHERE stage_id = $1', [stageId]);
    expectError(await api.call('POST', deploys), 'DEPLOY_HOST_MISSING');
  });

  it('is refused when a sealed secret can no longer be opened', async () => {
    const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
    await stack.query(
      `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config) VALUES ($1, $2, 'HMAC', $3)`,
      [stageId, stageResourceList[0].stageResourceId, { secretKey: 'sealed:v1:AAAA' }],
    );
    expectError(await api.call('POST', deploys), 'SNAPSHOT_NOT_SERIALIZABLE');
  });

  it('is refused with its own code when it cannot be queued', async () => {
    await withRowFault(stack, refusedInsert('deployment'), async () => {
      expectError(await api.call('POST', deploys), 'DEPLOY_NOT_QUEUED');
    });
    expect(await history()).toEqual([]);
  });

  it('is refused when the stage is deleted between the request and its lock', async () => {
    const holder = await stack.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM stage WHERE id = $1 FOR UPDATE', [stageId]);
    const waiting = api.call('POST', deploys);
    await stack.waitForLockWaiter(holder);
    await holder.query('DELETE FROM stage WHERE id = $1', [stageId]);
    await holder.query('COMMIT');
    await holder.end();
    expectError(await waiting, 'DEPLOY_STAGE_DELETED');
  });

  it('has a description of at most 200 characters', async () => {
    const answer = await api.call('POST', deploys, { deployDescription: 'a'.repeat(201) });
    expectError(answer, 'INVALID_INPUT', ['deployDescription']);
  });

  it('is told to each who asks for the latest one of another stage at the same time, and of its own project alone', async () => {
    await api.deploy(serviceId, stageId);
    const other = await api.createStage(serviceId, BACKEND, 'other');
    const { deployId } = await api.deploy(serviceId, other.stageId);
    const unused = await api.createStage(serviceId, BACKEND, 'unused');
    const latest = (id: string) => `/services/${serviceId}/stages/${id}/deploys/latest`;
    const stranger = await stack.newProject();
    const [first, second, never, none, foreign] = await Promise.all([
      api.ok('GET', latest(stageId)),
      api.ok('GET', latest(other.stageId)),
      api.call('GET', latest(unused.stageId)),
      api.call('GET', latest('nope')),
      stranger.call('GET', latest(stageId)),
    ]);
    expect(first.latestStageDeployResult.stageId).toBe(stageId);
    expect(second.latestStageDeployResult).toMatchObject({ stageId: other.stageId, deployId });
    expect(second.latestStageDeployResult.stageResourceList[0].stageId).toBe(other.stageId);
    expectError(never, 'DEPLOYMENT_NOT_FOUND');
    expectError(none, 'STAGE_NOT_FOUND');
    expectError(foreign, 'SERVICE_NOT_FOUND');
  });

  it('does not exist before the first one', async () => {
    expectError(await api.call('GET', `${deploys}/latest`), 'DEPLOYMENT_NOT_FOUND');
  });
});

describe('the history of a stage', () => {
  beforeEach(async () => makeStage(await stack.newProject()));

  it('lists the newest first and pages', async () => {
    const first = await api.deploy(serviceId, stageId, 'first');
    await changeStage('http://127.0.0.1:10081');
    const second = await api.deploy(serviceId, stageId, 'second');
    expect(await history()).toMatchObject([
      { deployId: second.deployId, isBase: true, isLive: true, deployDescription: 'second' },
      { deployId: first.deployId, isBase: false, isLive: false, rollbackAt: null },
    ]);
    const page = await api.ok('GET', `${deploys}?limit=1&page=2`);
    expect(page.paging).toEqual({ limit: 1, page: 2, totalCount: 2 });
    expect(page.stageDeployHistoryList).toMatchObject([{ deployId: first.deployId }]);
  });

  it('loses an entry that is deleted, but never the base or the live one', async () => {
    const first = await api.deploy(serviceId, stageId);
    await changeStage('http://127.0.0.1:10081');
    const second = await api.deploy(serviceId, stageId);
    expectError(await api.call('DELETE', `${deploys}/${second.deployId}`), 'DEPLOYMENT_IN_USE');
    await api.ok('POST', `${deploys}/${first.deployId}/rollback`);
    expectError(await api.call('DELETE', `${deploys}/${first.deployId}`), 'DEPLOYMENT_IN_USE');
    expectError(await api.call('DELETE', `${deploys}/${second.deployId}`), 'DEPLOYMENT_IN_USE');
    await api.ok('POST', `${deploys}/${second.deployId}/rollback`);
    await api.ok('DELETE', `${deploys}/${first.deployId}`);
    expectError(await api.call('DELETE', `${deploys}/${first.deployId}`), 'DEPLOYMENT_NOT_FOUND');
    expect(await history()).toHaveLength(1);
  });
});

describe('a rollback', () => {
  beforeEach(async () => makeStage(await stack.newProject()));

  it('brings the settings of a deployment back, and leaves the traffic as it is', async () => {
    await api.importSwagger(serviceId, mockDocument('one'));
    await api.ok('PUT', `${stage}/resources`);
    const first = await api.deploy(serviceId, stageId);
    const before = (await api.ok('GET', `${stage}/resources`)).stageResourceList as Json[];
    await api.importSwagger(serviceId, mockDocument('two'));
    await api.ok('PUT', `${stage}/resources`);
    await changeStage('http://127.0.0.1:10081');
    await api.deploy(serviceId, stageId);
    const { stageResourceList } = await api.ok('POST', `${deploys}/${first.deployId}/rollback`);
    expect(stageResourceList[0]).toMatchObject({
      resourceMethod: false,
      resourcePath: true,
      pathKey: '/',
      rootPath: true,
      customEndpointUrl: null,
      parentPath: null,
    });
    const settings = (list: Json[]) =>
      list.map((one) => [one.path, one.methodType, one.stageResourcePluginList.map((p: Json) => p.pluginConfigJson)]);
    expect(settings((await api.ok('GET', `${stage}/resources`)).stageResourceList)).toEqual(settings(before));
    expect((await api.ok('GET', `/services/${serviceId}/stages`)).stageList[0].backendEndpointUrl).toBe(BACKEND);
    const [second, rolledBack] = await history();
    expect(second).toMatchObject({ isLive: true, isBase: false });
    expect(rolledBack).toMatchObject({ isLive: false, isBase: true, rollbackAt: expect.stringMatching(/Z$/) });
    const host = `kr1-${serviceId}.api.localhost`;
    expect((await api.request(host, 'GET', '/hello')).text).toBe('two');
    await api.deploy(serviceId, stageId);
    expect((await api.request(host, 'GET', '/hello')).text).toBe('one');
  });

  it('lets newer resources of the service be imported again', async () => {
    const first = await api.deploy(serviceId, stageId);
    await api.importSwagger(serviceId, mockDocument());
    await api.ok('PUT', `${stage}/resources`);
    await api.ok('POST', `${deploys}/${first.deployId}/rollback`);
    expect((await api.ok('PUT', `${stage}/resources`)).stageResourceList).toMatchObject([{ path: '/' }, {}, {}]);
  });

  it('is refused to a deployment that equals the stage', async () => {
    const first = await api.deploy(serviceId, stageId);
    expectError(await api.call('POST', `${deploys}/${first.deployId}/rollback`), 'ROLLBACK_NO_DIFFERENCE');
    await changeStage('http://127.0.0.1:10081');
    const counts = await fiftyAtOnce(() => api.call('POST', `${deploys}/${first.deployId}/rollback`));
    expect(counts).toEqual({ 0: 1, 409104000: 49 });
  });

  it('is refused to a deployment that is not COMPLETE, or not there', async () => {
    const first = await api.deploy(serviceId, stageId);
    await changeStage('http://127.0.0.1:10081');
    await stack.query(`UPDATE deployment SET status = 'FAILURE' WHERE id = $1`, [first.deployId]);
    expectError(await api.call('POST', `${deploys}/${first.deployId}/rollback`), 'DEPLOYMENT_NOT_COMPLETE');
    expectError(await api.call('POST', `${deploys}/nope/rollback`), 'DEPLOYMENT_NOT_FOUND');
  });

  it('and the latest result are refused when the stored deployment cannot be read', async () => {
    const first = await api.deploy(serviceId, stageId);
    await changeStage('http://127.0.0.1:10081');
    await stack.query(`UPDATE deployment SET settings = '{"damaged":true}' WHERE id = $1`, [first.deployId]);
    expectError(await api.call('POST', `${deploys}/${first.deployId}/rollback`), 'SNAPSHOT_UNREADABLE');
    expectError(await api.call('GET', `${deploys}/latest`), 'SNAPSHOT_UNREADABLE');
  });

  it('that fails for another reason leaves the stage as it is', async () => {
    const first = await api.deploy(serviceId, stageId);
    await changeStage('http://127.0.0.1:10081');
    const before = await api.ok('GET', `${stage}/resources`);
    await withRowFault(stack, refusedInsert('stage_resource'), async () => {
      expectError(await api.call('POST', `${deploys}/${first.deployId}/rollback`), 'ROLLBACK_FAILED');
    });
    expect(await api.ok('GET', `${stage}/resources`)).toEqual(before);
  });
});

describe('while a deployment is running', () => {
  let quiet: PrivateStack;

  beforeAll(async () => {
    // A gateway that is counted as alive but never answers keeps deployments running.
    quiet = await startPrivateStack({ gateways: 0, variables: { DEPLOY_TIMEOUT_MS: '60000' } });
  });

  afterAll(() => quiet.stop());

  beforeEach(async () => {
    await quiet.query('DELETE FROM gateway');
    await makeStage(await quiet.newProject(0));
  });

  async function addSilentGateway(): Promise<void> {
    await quiet.query(
      `INSERT INTO gateway (id, server_group_id, format_version, last_seen_at)
       SELECT 'silent', id, 1, now() + interval '1 hour' FROM server_group WHERE region_code = 'KR1'`,
    );
  }

  it('every change of the stage and its service is refused', async () => {
    const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
    await addSilentGateway();
    const { deployId } = await api.ok('POST', deploys);
    const calls: [string, string, object?][] = [
      ['POST', deploys],
      ['PUT', stage, { backendEndpointUrl: BACKEND }],
      ['DELETE', stage],
      ['PUT', `${stage}/resources`],
      ['PUT', `${stage}/access-log`, { isAccessLogOn: true }],
      ['PUT', `${stage}/resources/${stageResourceList[0].stageResourceId}`, { stageResourcePluginList: [] }],
      ['POST', `${deploys}/${deployId}/rollback`],
      ['DELETE', `${deploys}/${deployId}`],
      ['DELETE', `/services/${serviceId}`],
    ];
    for (const [method, path, body] of calls) expectError(await api.call(method, path, body), 'STAGE_DEPLOYING');
    expect(await history()).toMatchObject([{ deployStatus: 'DEPLOYING', isBase: false, isLive: false }]);
  });

  it('another stage of the service can be deployed and changed', async () => {
    const other = await api.createStage(serviceId, BACKEND, 'other');
    await addSilentGateway();
    await api.ok('POST', deploys);
    const path = `/services/${serviceId}/stages/${other.stageId}`;
    await api.ok('PUT', path, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    expect((await api.call('POST', `${path}/deploys`)).status).toBe(200);
  });

  it('none begins without a live gateway', async () => {
    expectError(await api.call('POST', deploys), 'NO_LIVE_GATEWAY');
    expect(await history()).toEqual([]);
  });
});
