import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../gateway/support/until.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { newestItem, restoreNewest } from '../harness/recycle-bin.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let serviceId: string;
let stage: Json;
let path: string;
let deployId: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  stage = await api.createStage(serviceId, 'http://127.0.0.1:10080');
  path = `/services/${serviceId}/stages/${stage.stageId}`;
  ({ deployId } = await api.deploy(serviceId, stage.stageId));
});

/** A JSON list that no compression makes small, of about 35 bytes for each entry. */
const noise = (entries: number) =>
  `(SELECT jsonb_agg(md5(random()::text || id || m)) FROM generate_series(1, ${entries}) m)`;

const status = async (): Promise<number> => (await api.request(stage.stageUrl, 'GET', '/hello')).status;
const history = async (): Promise<Json[]> => (await api.ok('GET', `${path}/deploys`)).stageDeployHistoryList;

/** Deletes the stage; gives how many deployments are kept and how many are left out. */
async function removeStage(): Promise<[kept: number, leftOut: number]> {
  await api.ok('DELETE', path);
  const { leftOutDeploymentCount, contentList } = await newestItem(api, 'STAGE');
  const kept = contentList.find(({ contentType }: Json) => contentType === 'DEPLOYMENT')?.count ?? 0;
  return [kept, leftOutDeploymentCount];
}

describe('the deployments of a deleted stage', () => {
  it('are left out beyond a size, the oldest first and the live one last, and the answer says how many', async () => {
    await stack.query(
      `INSERT INTO deployment (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash,
         deployed_at, deadline_at)
       SELECT id || n, project_id, stage_id, 'COMPLETE', '', hash || n, ${noise(60_000)}, settings, settings_hash,
         deployed_at + n * interval '1 hour', deadline_at
       FROM deployment, generate_series(1, 5) n WHERE id = $1`,
      [deployId],
    );
    const [kept, leftOut] = await removeStage();
    expect([kept + leftOut, leftOut > 0, kept > 1]).toEqual([6, true, true]);
    await restoreNewest(api, 'STAGE');
    const restored = await history();
    expect(restored.map(({ deployId: id }) => id)).toEqual([
      ...Array.from({ length: kept - 1 }, (_unused, index) => `${deployId}${5 - index}`),
      deployId,
    ]);
    expect(restored.at(-1)).toMatchObject({ isLive: true, isBase: true });
    await until(async () => (await status()) === 200);
  });

  it('are left out all when the live one is too large; the stage comes back and can be deployed', async () => {
    await stack.query(`UPDATE deployment SET snapshot = ${noise(300_000)} WHERE id = $1`, [deployId]);
    expect(await removeStage()).toEqual([0, 1]);
    await restoreNewest(api, 'STAGE');
    expect(await history()).toEqual([]);
    expectError(await api.call('GET', `${path}/deploys/latest`), 'DEPLOYMENT_NOT_FOUND');
    expect(await api.deploy(serviceId, stage.stageId)).toMatchObject({ deployStatus: 'COMPLETE', isLive: true });
    await until(async () => (await status()) === 200);
  });
});
