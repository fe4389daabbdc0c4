import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { newestItem, restoreItem } from '../harness/recycle-bin.js';
import { resourceIdOf } from '../harness/rich-service.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { clientOf, race } from '../harness/two-control-planes.js';

const BACKEND = 'http://127.0.0.1:10080';
const { code: NOT_RESTORABLE } = errorCatalog.RECYCLE_BIN_ITEM_NOT_RESTORABLE;

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let service: string;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 0 });
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

const removePath = async () =>
  api.ok('DELETE', `${service}/resources/${await resourceIdOf(api, service, '/hello', null)}`);
const removeStage = async () => {
  const { stageList } = await api.ok('GET', `${service}/stages`);
  await api.ok('DELETE', `${service}/stages/${stageList[0].stageId}`);
};

describe('fifty clients of two control planes', () => {
  it.each(['SERVICE', 'STAGE', 'RESOURCE', 'RESOURCE_IMPORT'])('restore an item once: %s', async (kind) => {
    if (kind === 'SERVICE') await api.ok('DELETE', service);
    if (kind === 'STAGE') await removeStage();
    if (kind === 'RESOURCE') await removePath();
    const item = await newestItem(api, kind);
    const counts = await fiftyAtOnce((index) => restoreItem(clientOf(stack, api, index), item));
    expect(counts).toEqual({ 0: 1, [NOT_RESTORABLE]: 49 });
  });

  it('restore a stage and make one of its name: there is one in the end', async () => {
    await removeStage();
    const item = await newestItem(api, 'STAGE');
    const body = { backendEndpointUrl: BACKEND, stageName: 'alpha' };
    const counts = await race(
      stack,
      api,
      (client) => restoreItem(client, item),
      (client) => client.call('POST', `${service}/stages`, body),
    );
    expect(counts[0]).toBe(1);
    expect((await api.ok('GET', `${service}/stages`)).stageList).toHaveLength(1);
  });

  it('restore a path and import resources: all that was replaced is in the recycle bin', async () => {
    await removePath();
    const item = await newestItem(api, 'RESOURCE');
    const counts = await race(
      stack,
      api,
      (client) => restoreItem(client, item),
      (client) => client.call('POST', `${service}/resources/import`, { swaggerData: mockDocument('x', '/other') }),
    );
    expect(counts[0]).toBe(26);
    const { recycleBinItemList } = await api.ok('GET', '/recycle-bin?kind=RESOURCE_IMPORT&limit=100');
    // The first one is that of the import of the service.
    expect(recycleBinItemList).toHaveLength(26);
  });

  it('restore a key and make one with its value: there is one in the end', async () => {
    const key = { apiKeyName: 'x', apiKeyStatus: 'ACTIVE', primaryApiKey: 'a-value-of-its-own'.replaceAll('-', '') };
    const { apiKeyId } = (await api.ok('POST', '/apikeys', key)).apiKey;
    await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    const item = await newestItem(api, 'API_KEY');
    const counts = await race(
      stack,
      api,
      (client) => restoreItem(client, item),
      (client) => client.call('POST', '/apikeys', key),
    );
    expect(counts[0]).toBe(1);
    expect((await api.ok('GET', '/apikeys')).apiKeyList).toHaveLength(1);
  });
});
