import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { clientOf, race } from '../harness/two-control-planes.js';

let stack: PrivateStack;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2 });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  await stack.query(`DELETE FROM gateway WHERE id = 'silent'`);
});

/** A gateway that is counted as alive but never answers keeps deployments running. */
async function addSilentGateway(): Promise<void> {
  await stack.query(
    `INSERT INTO gateway (id, server_group_id, format_version, last_seen_at)
     SELECT 'silent', id, 1, now() + interval '1 hour' FROM server_group WHERE region_code = 'KR1'`,
  );
}

/** A stage whose live deployment answers `one` and whose settings, changed since, answer `two`. */
async function changedStage() {
  const api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument('one'));
  const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1:10080');
  const first = await api.deploy(serviceId, stageId);
  await api.importSwagger(serviceId, mockDocument('two'));
  const stage = `/services/${serviceId}/stages/${stageId}`;
  await api.ok('PUT', `${stage}/resources`);
  return { api, serviceId, stageId, stageUrl, stage, rollback: `${stage}/deploys/${first.deployId}/rollback` };
}

/** The bodies that the MOCK methods of a list of resources answer with. */
const bodiesOf = (stageResourceList: Json[]): string[] =>
  stageResourceList.flatMap((one) =>
    one.stageResourcePluginList
      .filter((plugin: Json) => plugin.pluginType === 'MOCK')
      .map((plugin: Json) => plugin.pluginConfigJson.body),
  );

describe('when fifty clients deploy a stage and roll it back at once', () => {
  it('each deployment is of the stage before or after the rollback, which happens once at most', async () => {
    const { api, serviceId, stageId, stageUrl, stage, rollback } = await changedStage();
    const counts = await race(
      stack,
      api,
      (client) => client.call('POST', rollback),
      (client) => client.call('POST', `${stage}/deploys`),
    );
    const codes = Object.keys(counts);
    expect(codes.filter((code) => !['0', '409104000', '409104001', '409104002'].includes(code))).toEqual([]);
    expect(counts[0]).toBeGreaterThan(0);
    const { deployId, deployStatus, stageResourceList } = await api.waitForDeployment(serviceId, stageId);
    expect(deployStatus).toBe('COMPLETE');
    const { text } = await api.request(stageUrl, 'GET', '/hello');
    expect(bodiesOf(stageResourceList)).toEqual([text]);
    const { stageDeployHistoryList } = await api.ok('GET', `${stage}/deploys`);
    expect(stageDeployHistoryList.filter((one: Json) => one.isLive)).toMatchObject([{ deployId }]);
    expect(stageDeployHistoryList.filter((one: Json) => one.isBase)).toHaveLength(1);
  });

  it('a rollback or a deployment comes first while no gateway answers, and nothing comes after the deployment', async () => {
    const { api, stage, rollback } = await changedStage();
    await addSilentGateway();
    const counts = await race(
      stack,
      api,
      (client) => client.call('POST', rollback),
      (client) => client.call('POST', `${stage}/deploys`),
    );
    const { 0: done = 0, 409104000: unchanged = 0, 409104001: deploying = 0, 409104002: same = 0 } = counts;
    expect(done + unchanged + deploying + same).toBe(50);
    // The deployment of the changed stage and no rollback; or the rollback, after which there is nothing to deploy.
    const { stageDeployHistoryList } = await api.ok('GET', `${stage}/deploys`);
    const running = stageDeployHistoryList.filter((one: Json) => one.deployStatus === 'DEPLOYING');
    expect([done, running.length, deploying]).toEqual([1, running.length, running.length === 1 ? 49 : 0]);
  });
});

describe('while a deployment is running', () => {
  it('all of fifty clients who roll the stage back are refused', async () => {
    const { api, stage, rollback } = await changedStage();
    await addSilentGateway();
    const { deployId } = await api.ok('POST', `${stage}/deploys`);
    const before = await api.ok('GET', `${stage}/resources`);
    const counts = await fiftyAtOnce((index) => clientOf(stack, api, index).call('POST', rollback));
    expect(counts).toEqual({ 409104001: 50 });
    expect(await api.ok('GET', `${stage}/resources`)).toEqual(before);
    const { latestStageDeployResult } = await api.ok('GET', `${stage}/deploys/latest`);
    expect(latestStageDeployResult).toMatchObject({ deployId, deployStatus: 'DEPLOYING' });
    expect(bodiesOf(latestStageDeployResult.stageResourceList)).toEqual(['two']);
  });
});
