import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { applyPlan, makePlan } from '../harness/deployment-plans.js';
import { mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { newestItem, restoreItem } from '../harness/recycle-bin.js';
import { type Stack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';
const MARK = 'as it was prepared';

let stack: Stack;
let api: Api;
let serviceId: string;
let service: string;
let stageId: string;
let stageUrl: string;
let stage: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  service = `/services/${serviceId}`;
  const definitions = { Pet: { type: 'object' } };
  await api.importSwagger(serviceId, { ...mockDocument('one'), definitions });
  ({ stageId, stageUrl } = await api.createStage(serviceId, BACKEND));
  stage = `${service}/stages/${stageId}`;
});

/** The id of the resource of a list for GET /hello. */
const helloOf = (list: Json[]): Json => list.find((one) => one.path === '/hello' && one.methodType === 'GET');
const method = async (): Promise<string> =>
  helloOf((await api.ok('GET', `${service}/resources`)).resourceList).resourceId;

/** Writes something into what was prepared, so that a deployment of it is told from one that was made anew. */
async function markPrepared(): Promise<void> {
  const marked = await stack.query(
    'UPDATE prepared_deployment SET settings_hash = $2 WHERE stage_id = $1 RETURNING id',
    [stageId, MARK],
  );
  expect(marked).toHaveLength(1);
}

/** Whether a deployment that begins now is of what was prepared. */
async function deploysPrepared(): Promise<boolean> {
  const { deployId } = await api.deploy(serviceId, stageId);
  const [row] = await stack.query<{ hash: string }>('SELECT settings_hash AS hash FROM deployment WHERE id = $1', [
    deployId,
  ]);
  return row?.hash === MARK;
}

/** Has the stage take other resources of its service. */
async function takeResources(body: string): Promise<void> {
  await api.importSwagger(serviceId, mockDocument(body));
  await api.ok('PUT', `${stage}/resources`);
}

async function modifyStageResource(settings: object): Promise<void> {
  const { stageResourceId } = helloOf((await api.ok('GET', `${stage}/resources`)).stageResourceList);
  await api.ok('PUT', `${stage}/resources/${stageResourceId}`, { stageResourcePluginList: [], ...settings });
}

const served = async (): Promise<string> => (await api.request(stageUrl, 'GET', '/hello')).text;

describe('a deployment is of what was prepared', () => {
  it('after the stage was created', async () => {
    await markPrepared();
    expect(await deploysPrepared()).toBe(true);
    expect(await served()).toBe('one');
  });

  it('after the stage took the resources of its service', async () => {
    await api.deploy(serviceId, stageId);
    await takeResources('two');
    await markPrepared();
    expect(await deploysPrepared()).toBe(true);
    expect(await served()).toBe('two');
  });

  it('after a rollback', async () => {
    const { deployId } = await api.deploy(serviceId, stageId);
    await takeResources('two');
    await api.deploy(serviceId, stageId);
    await api.ok('POST', `${stage}/deploys/${deployId}/rollback`);
    await markPrepared();
    expect(await deploysPrepared()).toBe(true);
    expect(await served()).toBe('one');
  });

  it('by a plan, which is the same, and not by one that was made of something else', async () => {
    const old = await makePlan(api, stage);
    await takeResources('two');
    const plan = await makePlan(api, stage);
    const outdated = await applyPlan(api, stage, old);
    expectError(outdated, 'DEPLOYMENT_PLAN_OUTDATED', ['documentation', 'settings']);
    expect((await applyPlan(api, stage, plan)).status).toBe(200);
    await api.waitForDeployment(serviceId, stageId);
    expect(await served()).toBe('two');
  });

  it('once when fifty clients ask for it at once', async () => {
    await markPrepared();
    const counts = await fiftyAtOnce(() => api.call('POST', `${stage}/deploys`));
    expect(counts[0]).toBe(1);
    expect((counts[409104001] ?? 0) + (counts[409104002] ?? 0)).toBe(49);
    await api.waitForDeployment(serviceId, stageId);
    expect((await api.ok('GET', `${stage}/deploys`)).stageDeployHistoryList).toHaveLength(1);
  });
});

describe('what was prepared', () => {
  it('is what a deployment would have made', async () => {
    await takeResources('two');
    await api.deploy(serviceId, stageId);
    await stack.query('DELETE FROM prepared_deployment WHERE stage_id = $1', [stageId]);
    expectError(await api.call('POST', `${stage}/deploys`), 'STAGE_NOT_CHANGED');
    const columns = 'hash, settings_hash, documentation_hash, snapshot, settings, documentation';
    const [prepared] = await stack.query(`SELECT ${columns} FROM deployment WHERE stage_id = $1`, [stageId]);
    await stack.query('UPDATE stage SET live_deployment_id = NULL WHERE id = $1', [stageId]);
    const { deployId } = await api.deploy(serviceId, stageId);
    const [made] = await stack.query(`SELECT ${columns} FROM deployment WHERE id = $1`, [deployId]);
    expect(prepared).toEqual(made);
  });

  it('goes with its stage', async () => {
    await api.ok('DELETE', stage);
    expect(await stack.query('SELECT 1 FROM prepared_deployment WHERE stage_id = $1', [stageId])).toEqual([]);
  });

  it('is not there when the stage could not be deployed, which the stage is not refused for', async () => {
    await stack.query('UPDATE resource SET made_by_cors = true WHERE service_id = $1', [serviceId]);
    const other = await api.createStage(serviceId, BACKEND, 'other');
    expect(await stack.query('SELECT 1 FROM prepared_deployment WHERE stage_id = $1', [other.stageId])).toEqual([]);
    expectError(await api.call('POST', `${service}/stages/${other.stageId}/deploys`), 'DEPLOY_NO_ROUTE');
  });
});

/** Of the plugins of the stage, which are one. */
const ofStage = (): string =>
  `WHERE stage_resource_id IN (SELECT id FROM stage_resource WHERE stage_id = '${stageId}')`;

const CHANGES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['the backend of the stage', () => api.ok('PUT', stage, { backendEndpointUrl: 'http://127.0.0.1:10081' })],
  ['the access log of the stage', () => api.ok('PUT', `${stage}/access-log`, { isAccessLogOn: true })],
  [
    'a stage plugin',
    () =>
      modifyStageResource({
        stageResourcePluginList: [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }],
      }),
  ],
  ['a backend override', () => modifyStageResource({ customBackendEndpointUrl: 'http://127.0.0.1:10081' })],
  [
    'a gateway response of the service',
    () => api.ok('PUT', `${service}/gateway-responses`, { gatewayResponseType: 'NotFound', httpStatusCode: 410 }),
  ],
  [
    'the parameters of a method',
    async () =>
      api.ok('POST', `${service}/resources/${await method()}/parameters`, {
        queryStringList: [{ name: 'q', description: '', dataType: 'STRING', required: true, isArray: false }],
      }),
  ],
  [
    'a model',
    async () => {
      const { modelList } = await api.ok('GET', `${service}/models`);
      await api.ok('PUT', `${service}/models/${modelList[0].modelId}`, { modelSchema: { type: 'array' } });
    },
  ],
  ['the models of the service', () => api.ok('POST', `${service}/models`, { modelName: 'Owner', modelSchema: {} })],
  [
    'a row, past the program',
    () => stack.query(`UPDATE stage_resource SET method_name = 'other' WHERE stage_id = $1`, [stageId]),
  ],
  [
    'the number of its rows, past the program',
    () =>
      stack.query(`DELETE FROM stage_resource WHERE stage_id = $1 AND path = '/hello' AND method_type IS NULL`, [
        stageId,
      ]),
  ],
  [
    'the settings of a plugin, past the program',
    () => stack.query(`UPDATE stage_resource_plugin SET config = '{"statusCode":201}' ${ofStage()}`),
  ],
  [
    'a new plugin of a resource, past the program',
    () =>
      stack.query(`INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config)
        SELECT 'past' || id, id, 'API_KEY', '{"isActive":true}' FROM stage_resource WHERE stage_id = '${stageId}' LIMIT 1`),
  ],
  [
    'nothing, but by another run of a control plane',
    () => stack.query(`UPDATE prepared_deployment SET preparer = 'another' WHERE stage_id = $1`, [stageId]),
  ],
];

describe('a deployment is made anew when what was prepared has changed since in', () => {
  it.each(CHANGES)('%s', async (_what, change) => {
    await markPrepared();
    await change();
    expect(await deploysPrepared()).toBe(false);
  });

  it.each([
    ['the plugins of a resource, past the program', () => `DELETE FROM stage_resource_plugin ${ofStage()}`],
    [
      'what a plugin belongs to, past the program',
      () => `UPDATE stage_resource_plugin SET stage_resource_id = (
        SELECT id FROM stage_resource WHERE stage_id = '${stageId}' AND method_type IS NULL LIMIT 1) ${ofStage()}`,
    ],
  ])('%s, and refused where that cannot be deployed', async (_what, sql) => {
    await stack.query(sql());
    expectError(await api.call('POST', `${stage}/deploys`), 'BACKEND_TYPE_UNSUPPORTED');
  });

  it('resources that came back from the recycle bin', async () => {
    await takeResources('two');
    await markPrepared();
    await restoreItem(api, await newestItem(api));
    expect(await deploysPrepared()).toBe(false);
    expect(await served()).toBe('one');
  });
});
