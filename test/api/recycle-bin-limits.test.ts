import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { ErrorKey } from '../../src/errors/index.js';
import { until } from '../gateway/support/until.js';
import { type Api, Api as Client, type Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectRefusal, holdRow } from '../harness/encounters.js';
import { expectError } from '../harness/expectations.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { newestItem, restoreItem, restoreNewest } from '../harness/recycle-bin.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { projectIdOf } from '../harness/users.js';
import { mockMethod } from '../resources/trees.js';

const BACKEND = 'http://127.0.0.1:10080';
const LIMITS = { MAX_SERVICES: '2', MAX_STAGES: '2', MAX_METHODS: '3' };

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let service: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0, variables: { REGIONS: 'KR1,KR2', ...LIMITS } });
});

afterAll(() => stack.stop());

/** A service with GET /hello and a stage. */
beforeEach(async () => {
  api = await stack.newProject(0);
  serviceId = await api.createService('shop');
  service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, mockDocument());
  await api.createStage(serviceId, BACKEND, 'alpha');
});

const addPath = (path: string, ...methods: ('GET' | 'PUT' | 'POST')[]) =>
  api.ok('POST', `${service}/resources`, {
    resourcePathList: [{ path, methodList: methods.map((method) => mockMethod(method)) }],
  });
const removeResource = async (path: string) => {
  const { resourceList } = await api.ok('GET', `${service}/resources`);
  const found = resourceList.find((one: Json) => one.path === path && one.methodType === null);
  await api.ok('DELETE', `${service}/resources/${found.resourceId}`);
};
const removeStage = async () => {
  const { stageList } = await api.ok('GET', `${service}/stages`);
  await api.ok('DELETE', `${service}/stages/${stageList[0].stageId}`);
};

/** Demands that the newest item of a kind is not restored, and that nothing has changed. */
async function expectRefused(kind: string, key: ErrorKey, fields?: string[], client = api): Promise<void> {
  const item = await newestItem(api, kind);
  const before = await databaseFingerprint(stack);
  expectError(await restoreItem(client, item), key, fields);
  expect(await databaseFingerprint(stack)).toEqual(before);
}

describe('a restoration obeys the limit of', () => {
  it('services', async () => {
    await api.ok('DELETE', service);
    await api.createService();
    await api.createService();
    await expectRefused('SERVICE', 'SERVICE_LIMIT_EXCEEDED');
  });

  it('stages', async () => {
    await removeStage();
    await api.createStage(serviceId, BACKEND, 'beta');
    await api.createStage(serviceId, BACKEND, 'gamma');
    await expectRefused('STAGE', 'STAGE_LIMIT_EXCEEDED');
  });

  it('methods, for a deleted path', async () => {
    await addPath('/a', 'GET', 'PUT');
    await removeResource('/a');
    await addPath('/b', 'GET', 'PUT');
    await expectRefused('RESOURCE', 'METHOD_LIMIT_EXCEEDED', ['methods']);
  });

  it('stages and methods that was lowered meanwhile', async () => {
    await api.createStage(serviceId, BACKEND, 'beta');
    await addPath('/a', 'GET', 'PUT');
    await api.importSwagger(serviceId, mockDocument('other'));
    await removeResource('/hello');
    const item = await newestItem(api, 'RESOURCE_IMPORT');
    const { url } = await stack.startControlPlane({ MAX_METHODS: '1' });
    const strict = new Client(url, api.appKey, 0);
    await expectRefused('RESOURCE_IMPORT', 'METHOD_LIMIT_EXCEEDED', ['methods'], strict);
    await restoreItem(api, item);
    await api.ok('DELETE', service);
    await expectRefused('SERVICE', 'METHOD_LIMIT_EXCEEDED', ['methods'], strict);
    const { url: stricter } = await stack.startControlPlane({ MAX_STAGES: '1' });
    await expectRefused('SERVICE', 'STAGE_LIMIT_EXCEEDED', ['stages'], new Client(stricter, api.appKey, 0));
    await restoreNewest(api, 'SERVICE');
  });
});

describe('a deleted service', () => {
  it('is not restored to a region that is not served any more', async () => {
    const body = { regionCode: 'KR2', apigwServiceName: 'far' };
    const { apigwServiceId } = (await api.ok('POST', '/services', body)).apigwService;
    await api.ok('DELETE', `/services/${apigwServiceId}`);
    const { url } = await stack.startControlPlane({ REGIONS: 'KR1' });
    await expectRefused('SERVICE', 'SERVER_GROUP_NOT_FOUND', [], new Client(url, api.appKey, 0));
    await restoreNewest(api, 'SERVICE');
  });

  it('is counted with services that are made while its restoration waits', async () => {
    await api.ok('DELETE', service);
    const item = await newestItem(api, 'SERVICE');
    const projectId = await projectIdOf(stack, api);
    await expectRefusal(stack, {
      before: holdRow('project', projectId),
      call: () => restoreItem(api, item),
      meanwhile: [
        `INSERT INTO service (id, project_id, app_key_id, server_group_id, region_code, name, description)
         SELECT $1::text || n, $1, a.id, g.id, g.region_code, 'x', ''
         FROM server_group g, app_key a, generate_series(1, 2) n WHERE g.region_code = 'KR1' AND a.project_id = $1`,
        projectId,
      ],
      key: 'SERVICE_LIMIT_EXCEEDED',
    });
  });
});

describe('what is kept no longer', () => {
  it('is removed by every control plane, portion by portion, but for what is being restored', async () => {
    await removeStage();
    const { recycleBinItemId: locked } = await newestItem(api, 'STAGE');
    await api.ok('DELETE', service);
    const { recycleBinItemId: expired } = await newestItem(api, 'SERVICE');
    await stack.query(
      `INSERT INTO recycle_bin_row (item_id, table_name, content)
       SELECT $1, 'resource_plugin', '{}' FROM generate_series(1, 1200)`,
      [expired],
    );
    const [{ rows: lockedRows } = { rows: 0 }] = await countRows(locked);
    const holder = await stack.connect();
    try {
      await endAndLock(holder, [expired, locked], locked);
      await stack.startControlPlane();
      await until(
        async () => (await stack.query('SELECT 1 FROM recycle_bin_item WHERE id = $1', [expired])).length === 0,
      );
      expect(await countRows(expired)).toEqual([{ rows: 0 }]);
      expect(await countRows(locked)).toEqual([{ rows: lockedRows }]);
      expect(lockedRows).toBeGreaterThan(1);
    } finally {
      await holder.query('ROLLBACK');
      await holder.end();
    }
  });
});

/** Ends the time of items; when it is over, `holder` has the lock of one of them. */
async function endAndLock(holder: pg.Client, itemIds: string[], lockedId: string): Promise<void> {
  const ender = await stack.connect();
  try {
    await ender.query('BEGIN');
    await ender.query('UPDATE recycle_bin_item SET kept_until = now() WHERE id = ANY($1)', [itemIds]);
    await holder.query('BEGIN');
    const locking = holder.query('SELECT 1 FROM recycle_bin_item WHERE id = $1 FOR UPDATE', [lockedId]);
    await stack.waitForLockWaiter(ender);
    await ender.query('COMMIT');
    await locking;
  } finally {
    await ender.end();
  }
}

const countRows = (itemId: string) =>
  stack.query<{ rows: number }>('SELECT count(*)::int AS rows FROM recycle_bin_row WHERE item_id = $1', [itemId]);
