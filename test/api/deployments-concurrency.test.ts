import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;

beforeAll(async () => {
  stack = await useStack();
});

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
    const counts = await fiftyAtOnce((index) =>
      index % 2 === 0 ? api.call('POST', rollback) : api.call('POST', `${stage}/deploys`),
    );
    const codes = Object.keys(counts).toSorted();
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

  it('no rollback changes the settings that a running deployment carries', async () => {
    const { api, serviceId, stageId, stage, rollback } = await changedStage();
    await api.ok('POST', `${stage}/deploys`);
    await fiftyAtOnce(() => api.call('POST', rollback));
    const { stageResourceList } = await api.waitForDeployment(serviceId, stageId);
    expect(bodiesOf(stageResourceList)).toEqual(['two']);
  });
});
