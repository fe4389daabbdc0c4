import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { answerAfter, holdRow } from '../harness/encounters.js';
import { expectError } from '../harness/expectations.js';
import { newestItem, restoreItem } from '../harness/recycle-bin.js';
import { type Stack, useStack } from '../harness/stack.js';
import { asAdministrator, projectIdOf } from '../harness/users.js';

const DAY_MS = 86_400_000;

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
});

const list = async (query = ''): Promise<Json> => api.ok('GET', `/recycle-bin${query}`);
const itemPath = ({ recycleBinItemId }: Json) => `/recycle-bin/${recycleBinItemId}`;

async function deletePlan(usagePlanName = 'Basic'): Promise<Json> {
  const { usagePlanId } = (await api.ok('POST', '/usage-plans', { usagePlanName })).usagePlan;
  await api.ok('DELETE', `/usage-plans/${usagePlanId}`);
  return newestItem(api);
}

async function deleteModel(serviceId: string): Promise<void> {
  const models = `/services/${serviceId}/models`;
  const { modelId } = (await api.ok('POST', models, { modelName: 'Pet', modelSchema: {} })).model;
  await api.ok('DELETE', `${models}/${modelId}`);
}

describe('the recycle bin', () => {
  it('is empty at first, and lists the newest first', async () => {
    expect(await list()).toMatchObject({ paging: { page: 1, limit: 10, totalCount: 0 }, recycleBinItemList: [] });
    const first = await deletePlan('first');
    const second = await deletePlan('second');
    const { recycleBinItemList, paging } = await list();
    expect(recycleBinItemList).toEqual([second, first]);
    expect(paging.totalCount).toBe(2);
  });

  it('tells of an item what it is, and keeps it for 30 days', async () => {
    const item = await deletePlan();
    expect(item).toEqual({
      recycleBinItemId: expect.any(String),
      kind: 'USAGE_PLAN',
      operationId: 'deleteUsagePlan',
      title: 'Basic',
      objectId: expect.any(String),
      apigwServiceId: null,
      stageId: null,
      contentList: [{ contentType: 'USAGE_PLAN', count: 1 }],
      leftOutDeploymentCount: 0,
      deletedAt: expect.stringMatching(/Z$/),
      keptUntil: expect.stringMatching(/Z$/),
      restoredAt: null,
    });
    expect(Date.parse(item.keptUntil) - Date.parse(item.deletedAt)).toBe(30 * DAY_MS);
    expect((await api.ok('GET', itemPath(item))).recycleBinItem).toEqual(item);
  });

  it('is filtered by kind and by service, a deleted one too', async () => {
    const [one, other] = [await api.createService('one'), await api.createService('other')];
    await deletePlan();
    await deleteModel(one);
    await deleteModel(other);
    await api.ok('DELETE', `/services/${one}`);
    const kindsOf = async (query: string): Promise<string[]> =>
      (await list(query)).recycleBinItemList.map(({ kind }: Json) => kind);
    expect(await kindsOf('')).toEqual(['SERVICE', 'MODEL', 'MODEL', 'USAGE_PLAN']);
    expect(await kindsOf('?kind=MODEL')).toEqual(['MODEL', 'MODEL']);
    expect(await kindsOf(`?apigwServiceId=${one}`)).toEqual(['SERVICE', 'MODEL']);
    expect(await kindsOf(`?apigwServiceId=${other}&kind=SERVICE`)).toEqual([]);
    expectError(await api.call('GET', '/recycle-bin?kind=GATEWAY'), 'INVALID_PARAMETER', ['kind']);
  });

  it('restores an item once, and goes on listing it', async () => {
    const item = await deletePlan();
    const { body } = await restoreItem(api, item);
    expect(body.recycleBinItem).toEqual({ ...item, restoredAt: expect.stringMatching(/Z$/) });
    expect((await list()).recycleBinItemList).toEqual([body.recycleBinItem]);
    expectError(await restoreItem(api, item), 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['recycleBinItemId']);
    const rows = await stack.query('SELECT 1 FROM recycle_bin_row WHERE item_id = $1', [item.recycleBinItemId]);
    expect(rows).toEqual([]);
  });
});

describe('roles on v2.0', () => {
  it('let who reads look, and who changes restore', async () => {
    const item = await deletePlan();
    const { api: viewer } = await stack.asUser(api, 'VIEWER');
    expect((await viewer.ok('GET', '/recycle-bin')).recycleBinItemList).toEqual([item]);
    expect((await viewer.ok('GET', itemPath(item))).recycleBinItem).toEqual(item);
    expectError(await restoreItem(viewer, item), 'USER_NOT_ALLOWED');
    const { api: member } = await stack.asUser(api, 'MEMBER');
    expect((await restoreItem(member, item)).status).toBe(200);
  });
});

describe('an item whose time is over', () => {
  it('does not exist, be it removed yet or not', async () => {
    const item = await deletePlan();
    await stack.query(`UPDATE recycle_bin_item SET kept_until = now() WHERE id = $1`, [item.recycleBinItemId]);
    expect((await list()).recycleBinItemList).toEqual([]);
    expectError(await api.call('GET', itemPath(item)), 'RECYCLE_BIN_ITEM_NOT_FOUND');
    expectError(await restoreItem(api, item), 'RECYCLE_BIN_ITEM_NOT_FOUND');
  });

  it('is not restored when it ends while the restoration waits', async () => {
    const { recycleBinItemId: id } = await deletePlan();
    const answer = await answerAfter(stack, {
      before: holdRow('recycle_bin_item', id),
      call: () => api.call('POST', `/recycle-bin/${id}/restore`),
      meanwhile: ['UPDATE recycle_bin_item SET kept_until = now() WHERE id = $1', id],
    });
    expectError(answer, 'RECYCLE_BIN_ITEM_NOT_FOUND');
    expect((await api.ok('GET', '/usage-plans')).usagePlanList).toEqual([]);
  });
});

describe('a project that is deleted', () => {
  it('takes its recycle bin along', async () => {
    const { recycleBinItemId: id } = await deletePlan();
    const admin = await asAdministrator(stack);
    await admin.okPath('DELETE', `/v2.0/projects/${await projectIdOf(stack, api)}`);
    expect(await stack.query('SELECT 1 FROM recycle_bin_item WHERE id = $1', [id])).toEqual([]);
    expect(await stack.query('SELECT 1 FROM recycle_bin_row WHERE item_id = $1', [id])).toEqual([]);
  });
});
