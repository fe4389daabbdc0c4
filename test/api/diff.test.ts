import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { newSetStage } from '../harness/set-stage.js';
import { type Stack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';

let stack: Stack;
let api: Api;
let serviceId: string;
let service: string;
let stageId: string;
let stage: string;
let deploys: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  ({ api, serviceId, service, stageId, stage, deploys } = await newSetStage(
    stack,
    { ...httpDocument(), definitions: { Pet: { type: 'object' } } },
    BACKEND,
  ));
});

const diff = async (path = `${stage}/diff`): Promise<Json> => (await api.ok('GET', path)).diff;
const between = (one: Json, other: Json) => diff(`${deploys}/${one.deployId}/diff?with=${other.deployId}`);
const named = ({ changeList }: Json) =>
  changeList.map(({ path, methodType, item, changeType }: Json) => [methodType, path, item, changeType]);

async function idOf(kind: 'service' | 'stage', path: string, methodType: string | null): Promise<string> {
  const body = await api.ok('GET', `${kind === 'service' ? service : stage}/resources`);
  const list: Json[] = body.resourceList ?? body.stageResourceList;
  const found = list.find((one) => one.path === path && one.methodType === methodType);
  return found.resourceId ?? found.stageResourceId;
}

async function putStageResource(path: string, methodType: string | null, body: object): Promise<void> {
  const id = await idOf('stage', path, methodType);
  await api.ok('PUT', `${stage}/resources/${id}`, { stageResourcePluginList: [], ...body });
}

/** Things that make a stage another one, as clients do them. */
const edits: [string, () => Promise<unknown>, Json[]][] = [
  [
    'another backend',
    () => api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' }),
    [[null, null, 'backendEndpointUrl', 'CHANGED']],
  ],
  [
    'a backend override',
    () => putStageResource('/items', 'GET', { customBackendEndpointUrl: 'http://127.0.0.1:10082' }),
    [['GET', '/items', 'customBackendEndpointUrl', 'CHANGED']],
  ],
  [
    'other resources',
    async () => {
      await api.importSwagger(serviceId, {
        ...mockDocument('hello', '/items'),
        definitions: { Pet: { type: 'object' } },
      });
      await api.ok('PUT', `${stage}/resources`);
    },
    [
      ['GET', '/items', 'methodName', 'CHANGED'],
      ['GET', '/items', 'plugin:HTTP', 'REMOVED'],
      ['GET', '/items', 'plugin:MOCK', 'ADDED'],
      ['POST', '/items', 'RESOURCE', 'REMOVED'],
      [null, '/items/{itemId}', 'RESOURCE', 'REMOVED'],
      ['GET', '/items/{itemId}', 'RESOURCE', 'REMOVED'],
    ],
  ],
  [
    'parameters of a method',
    async () => {
      const method = `${service}/resources/${await idOf('service', '/items', 'POST')}`;
      const queryStringList = [{ name: 'limit', dataType: 'INTEGER', required: false, isArray: false }];
      await api.ok('POST', `${method}/parameters`, { queryStringList });
    },
    [['POST', '/items', 'parameters', 'ADDED']],
  ],
  [
    'models',
    async () => {
      await api.ok('POST', `${service}/models`, { modelName: 'Cat', modelSchema: {} });
      const { modelList } = await api.ok('GET', `${service}/models?modelName=Pet`);
      await api.ok('PUT', `${service}/models/${modelList[0].modelId}`, { modelSchema: { type: 'string' } });
    },
    [
      [null, null, 'model:Cat', 'ADDED'],
      [null, null, 'model:Pet', 'CHANGED'],
    ],
  ],
  [
    'a gateway response',
    async () => {
      const body = { gatewayResponseType: 'Unauthorized', httpStatusCode: 403, headers: {}, body: {} };
      await api.ok('PUT', `${service}/gateway-responses`, body);
    },
    [[null, null, 'gatewayResponse:Unauthorized', 'ADDED']],
  ],
];

describe('the comparison of a stage with its live deployment', () => {
  it.each(edits)(
    'tells %s, and differs exactly as long as a deployment is not refused',
    async (_name, edit, changes) => {
      const { deployId, deployedAt } = await api.deploy(serviceId, stageId);
      expect(await diff()).toEqual({ from: { deployId, deployedAt }, to: null, isDifferent: false, changeList: [] });
      expectError(await api.call('POST', deploys), 'STAGE_NOT_CHANGED');
      await edit();
      const found = await diff();
      expect(found).toMatchObject({ from: { deployId, deployedAt }, to: null, isDifferent: true });
      expect(named(found)).toEqual(changes);
      const second = await api.deploy(serviceId, stageId);
      expect(await diff()).toMatchObject({ from: { deployId: second.deployId }, isDifferent: false, changeList: [] });
      expectError(await api.call('POST', deploys), 'STAGE_NOT_CHANGED');
      expect(await between({ deployId }, second)).toMatchObject({ changeList: found.changeList });
    },
  );

  it('is no different when everything was made again, or changed and changed back', async () => {
    await api.deploy(serviceId, stageId);
    await api.importSwagger(serviceId, { ...httpDocument(), definitions: { Pet: { type: 'object' } } });
    await api.ok('PUT', `${stage}/resources`);
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    await api.ok('PUT', stage, { backendEndpointUrl: BACKEND, stageDescription: 'not deployed' });
    expect(await diff()).toMatchObject({ isDifferent: false, changeList: [] });
    expectError(await api.call('POST', deploys), 'STAGE_NOT_CHANGED');
  });

  it('shows what was before and what comes after', async () => {
    await api.deploy(serviceId, stageId);
    await putStageResource('/items', 'GET', {
      stageResourcePluginList: [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }],
    });
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    const place = { path: '/items', methodType: 'GET' };
    expect((await diff()).changeList).toEqual([
      {
        path: null,
        methodType: null,
        item: 'backendEndpointUrl',
        changeType: 'CHANGED',
        before: BACKEND,
        after: 'http://127.0.0.1:10081',
      },
      { ...place, item: 'plugin:API_KEY', changeType: 'ADDED', before: null, after: { isActive: true } },
    ]);
  });

  it('has everything added while nothing is live, each resource as a whole', async () => {
    const found = await diff();
    expect(found).toMatchObject({ from: null, to: null, isDifferent: true });
    expect(named(found)).toEqual([
      [null, null, 'backendEndpointUrl', 'ADDED'],
      [null, null, 'isAccessLogOn', 'ADDED'],
      [null, null, 'snapshotFormatVersion', 'ADDED'],
      [null, '/', 'RESOURCE', 'ADDED'],
      [null, '/items', 'RESOURCE', 'ADDED'],
      ['GET', '/items', 'RESOURCE', 'ADDED'],
      ['POST', '/items', 'RESOURCE', 'ADDED'],
      [null, '/items/{itemId}', 'RESOURCE', 'ADDED'],
      ['GET', '/items/{itemId}', 'RESOURCE', 'ADDED'],
      [null, null, 'model:Pet', 'ADDED'],
    ]);
    expect(found.changeList[5]).toMatchObject({
      before: null,
      after: { methodName: 'GET', madeByCors: false, 'plugin:HTTP': { frontendEndpointPath: '/items' } },
    });
  });

  it('never shows a secret, and says when one has changed', async () => {
    const setSecret = (secretKey: string) =>
      putStageResource('/', null, {
        stageResourcePluginList: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey, clockSkewSeconds: 5 } }],
      });
    const { deployId } = await api.deploy(serviceId, stageId);
    await setSecret('hush-hush');
    const added = await diff();
    expect(added.changeList).toMatchObject([{ item: 'plugin:HMAC', after: { secretKey: '********' } }]);
    // As if it had been deployed with this secret.
    const { resources } = await settingsOfStage();
    await stack.query(
      `UPDATE deployment SET settings = jsonb_set(settings::jsonb, '{resources,0,plugins}', $2) WHERE id = $1`,
      [deployId, JSON.stringify(resources)],
    );
    expect(await diff()).toMatchObject({ isDifferent: false });
    await setSecret('hush-hush');
    expect(await diff()).toMatchObject({ isDifferent: false });
    await setSecret('quiet-quiet');
    const changed = await diff();
    expect(changed.changeList).toMatchObject([
      { before: { secretKey: '********' }, after: { secretKey: '******** (changed)', clockSkewSeconds: 5 } },
    ]);
    expect(JSON.stringify([added, changed])).not.toMatch(/hush|quiet|sealed/);
  });

  it('needs a stage of the project', async () => {
    const stranger = await stack.newProject();
    expectError(await stranger.call('GET', `${stage}/diff`), 'SERVICE_NOT_FOUND');
    expectError(await api.call('GET', `${service}/stages/nope/diff`), 'STAGE_NOT_FOUND');
  });

  it('is refused when the live deployment or the stage cannot be read', async () => {
    const { deployId } = await api.deploy(serviceId, stageId);
    const plugins = JSON.stringify([hmac('sealed:v1:AAAA')]);
    await stack.query(
      `UPDATE deployment SET settings = jsonb_set(settings::jsonb, '{resources,0,plugins}', $2) WHERE id = $1`,
      [deployId, plugins],
    );
    expectError(await api.call('GET', `${stage}/diff`), 'SNAPSHOT_UNREADABLE');
    await stack.query(
      `INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config) VALUES ($1, $2, 'HMAC', $3)`,
      [stageId, await idOf('stage', '/', null), { secretKey: 'sealed:v1:AAAA' }],
    );
    expectError(await api.call('GET', `${stage}/diff`), 'SNAPSHOT_NOT_SERIALIZABLE');
  });
});

const DATE = '2026-11-21T06:00:00.000Z';
const hmac = (secretKey: string) => ({
  id: 'p',
  pluginType: 'HMAC',
  config: { secretKey, clockSkewSeconds: 5, enforceHeaders: [] },
  createdAt: DATE,
  updatedAt: DATE,
});

/** The plugins of the root path as they are stored, in the form in which deployments keep them. */
async function settingsOfStage(): Promise<{ resources: object[] }> {
  const rows = await stack.query<{ config: Json }>(
    `SELECT p.config FROM stage_resource_plugin p JOIN stage_resource r ON r.id = p.stage_resource_id
     WHERE r.stage_id = $1 AND r.path = '/'`,
    [stageId],
  );
  return { resources: rows.map(({ config }) => ({ ...hmac(''), config })) };
}

describe('the comparison of two deployments', () => {
  it('goes from the one in the path to the one in the query', async () => {
    const first = await api.deploy(serviceId, stageId);
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    const second = await api.deploy(serviceId, stageId);
    expect(await between(first, second)).toEqual({
      from: { deployId: first.deployId, deployedAt: first.deployedAt },
      to: { deployId: second.deployId, deployedAt: second.deployedAt },
      isDifferent: true,
      changeList: [expect.objectContaining({ before: BACKEND, after: 'http://127.0.0.1:10081' })],
    });
    expect((await between(second, first)).changeList).toMatchObject([{ after: BACKEND }]);
    expect(await between(first, first)).toMatchObject({ isDifferent: false, changeList: [] });
  });

  it('needs two deployments of the stage', async () => {
    const { deployId } = await api.deploy(serviceId, stageId);
    const other = await api.createStage(serviceId, BACKEND, 'other');
    const foreign = await api.deploy(serviceId, other.stageId);
    const path = `${deploys}/${deployId}/diff`;
    expectError(await api.call('GET', path), 'INVALID_PARAMETER', ['with']);
    expectError(await api.call('GET', `${path}?with=`), 'INVALID_PARAMETER', ['with']);
    expectError(await api.call('GET', `${path}?with=${'a'.repeat(101)}`), 'INVALID_PARAMETER', ['with']);
    expectError(await api.call('GET', `${path}?with=nope`), 'DEPLOYMENT_NOT_FOUND');
    expectError(await api.call('GET', `${path}?with=${foreign.deployId}`), 'DEPLOYMENT_NOT_FOUND');
    expectError(await api.call('GET', `${deploys}/nope/diff?with=${deployId}`), 'DEPLOYMENT_NOT_FOUND');
    expectError(await api.call('GET', path.replace(stageId, 'nope') + `?with=${deployId}`), 'STAGE_NOT_FOUND');
    const stranger = await stack.newProject();
    expectError(await stranger.call('GET', `${path}?with=${deployId}`), 'SERVICE_NOT_FOUND');
  });

  it('is refused when one of them cannot be read', async () => {
    const first = await api.deploy(serviceId, stageId);
    await api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' });
    const second = await api.deploy(serviceId, stageId);
    await stack.query(`UPDATE deployment SET documentation = '[]' WHERE id = $1`, [first.deployId]);
    const path = `${deploys}/${second.deployId}/diff?with=${first.deployId}`;
    expectError(await api.call('GET', path), 'SNAPSHOT_UNREADABLE');
  });
});
