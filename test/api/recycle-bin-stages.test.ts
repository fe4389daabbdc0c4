import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import type { Api, Json } from '../harness/api.js';
import { httpDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { newestItem, restoreItem, restoreNewest } from '../harness/recycle-bin.js';
import { makeRichService, type RichService } from '../harness/rich-service.js';
import { readStage } from '../harness/service-state.js';
import { type Stack, useStack } from '../harness/stack.js';

const KINDS = ['STAGE_RESOURCE_IMPORT', 'STAGE_ROLLBACK'] as const;

let stack: Stack;
let api: Api;
let rich: RichService;
let stage: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  rich = await makeRichService(api);
  stage = `${rich.service}/stages/${rich.stage.stageId}`;
});

const state = () => readStage(api, rich.serviceId, rich.stage.stageId);
const importToStage = async (): Promise<void> => {
  await api.importSwagger(rich.serviceId, httpDocument());
  await api.ok('PUT', `${stage}/resources`);
};
const rollBack = async (): Promise<void> => {
  const { stageDeployHistoryList } = await api.ok('GET', `${stage}/deploys`);
  await api.ok('POST', `${stage}/deploys/${stageDeployHistoryList.at(-1).deployId}/rollback`);
};
const doIt = (kind: (typeof KINDS)[number]) => (kind === 'STAGE_ROLLBACK' ? rollBack() : importToStage());

/**
 * What belongs to the stage alone. When somebody rolled back is history, and the difference to what is live tells of the
 * service's descriptions and models too.
 */
function ownState({ difference: _difference, ...one }: Json): Json {
  const list = one.stageDeployHistoryList.map((deployment: Json) => ({ ...deployment, rollbackAt: null }));
  return { ...one, stageDeployHistoryList: list };
}

/** Demands that an item is not restored, and that nothing has changed. */
async function expectRefused(item: Json, key: ErrorKey, fields?: string[]): Promise<void> {
  const before = await databaseFingerprint(stack);
  expectError(await restoreItem(api, item), key, fields);
  expect(await databaseFingerprint(stack)).toEqual(before);
}

describe.each(KINDS)('what a stage loses by %s', (kind) => {
  it('comes back, what came in its place too', async () => {
    const before = ownState(await state());
    await doIt(kind);
    const after = ownState(await state());
    expect(after).not.toEqual(before);
    const item = await newestItem(api);
    expect(item).toMatchObject({ kind, title: 'alpha', objectId: rich.stage.stageId, stageId: rich.stage.stageId });
    const undone = await restoreNewest(api, kind);
    expect(ownState(await state())).toEqual(before);
    expect(await newestItem(api)).toMatchObject({
      recycleBinItemId: undone.replacedRecycleBinItemId,
      kind,
      operationId: 'restoreRecycleBinItem',
    });
    await api.ok('POST', `/recycle-bin/${undone.replacedRecycleBinItemId}/restore`);
    expect(ownState(await state())).toEqual(after);
  });

  it('is not restored while the stage is deployed', async () => {
    await doIt(kind);
    const item = await newestItem(api, kind);
    await stack.query(
      `INSERT INTO deployment (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash,
         deadline_at)
       SELECT id || '-running', project_id, id, 'DEPLOYING', '', '', '{}', '{}', '', now() + interval '1 hour'
       FROM stage WHERE id = $1`,
      [rich.stage.stageId],
    );
    await expectRefused(item, 'STAGE_DEPLOYING');
  });

  it('is not restored without the stage, nor without the service', async () => {
    await doIt(kind);
    const item = await newestItem(api, kind);
    await api.ok('DELETE', stage);
    await expectRefused(item, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['stageId']);
    await api.ok('DELETE', rich.service);
    await expectRefused(item, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['apigwServiceId']);
  });

  it('is not restored in part when the database refuses a row of it', async () => {
    await doIt(kind);
    const item = await newestItem(api, kind);
    const condition = `NEW.plugin_type = 'REQUEST_RESTRICTION' AND NEW.config::text LIKE '%${rich.policyId}%'`;
    await withRowFault(stack, { operation: 'INSERT', table: 'stage_resource_plugin', condition }, () =>
      expectRefused(item, 'DATABASE_FAILED'),
    );
  });
});

describe('the resources that an import to a stage has replaced', () => {
  it('are not restored when the policy that they refer to was deleted', async () => {
    await importToStage();
    const item = await newestItem(api, 'STAGE_RESOURCE_IMPORT');
    await api.deploy(rich.serviceId, rich.stage.stageId);
    await api.ok('DELETE', `${rich.service}/request-restriction-policies/${rich.policyId}`);
    await expectRefused(item, 'RECYCLE_BIN_ITEM_NOT_RESTORABLE', ['requestRestrictionPolicies']);
  });
});

describe('what a rollback has replaced', () => {
  it('comes back without a base when that deployment was deleted', async () => {
    await rollBack();
    await api.deploy(rich.serviceId, rich.stage.stageId);
    const { stageDeployHistoryList } = await api.ok('GET', `${stage}/deploys`);
    await api.ok('DELETE', `${stage}/deploys/${stageDeployHistoryList[1].deployId}`);
    await restoreNewest(api, 'STAGE_ROLLBACK');
    const restored = await state();
    expect(restored.stageDeployHistoryList.map((one: Json) => one.isBase)).toEqual([false, false]);
  });
});
