import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { demandEnded, makePlan } from '../harness/deployment-plans.js';
import { httpDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { newSetStage } from '../harness/set-stage.js';
import { type Stack, useStack } from '../harness/stack.js';
import { corsPlugin, mockMethod } from '../resources/trees.js';

const BACKEND = 'http://127.0.0.1:10080';
const ROOT = { path: '/', methodType: null };
const NO_COUNTS = { callCount: 0, failureCount: 0 };

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

async function resource(path: string, methodType: string | null): Promise<string> {
  const { resourceList } = await api.ok('GET', `${service}/resources`);
  return resourceList.find((one: Json) => one.path === path && one.methodType === methodType).resourceId;
}

async function putStagePlugins(path: string, methodType: string | null, list: readonly object[]): Promise<void> {
  const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
  const found = stageResourceList.find((one: Json) => one.path === path && one.methodType === methodType);
  await api.ok('PUT', `${stage}/resources/${found.stageResourceId}`, { stageResourcePluginList: list });
}

const pluginOf = (pluginType: string, pluginConfigJson: object) => ({ pluginType, pluginConfigJson });
const updateStage = () => api.ok('PUT', `${stage}/resources`);
const settingsOf = (plan: Json): Json[] =>
  plan.settingChangeList.map((one: Json) => [one.methodType, one.path, one.item, one.changeType, one.routeCount]);
const changesOf = (plan: Json): Json[] =>
  plan.changedRouteList.map((one: Json) => [
    `${one.methodType} ${one.path}`,
    ...one.changeList.map((change: Json) => `${change.changeType} ${change.pluginType ?? change.setting}`),
  ]);

describe('a plan', () => {
  it('of a stage that was never deployed has everything added, and deploys nothing', async () => {
    const plan = await makePlan(api, stage);
    expect(plan).toMatchObject({
      liveDeployment: null,
      isChanged: true,
      appliedDeployId: null,
      summaryList: ['adds 3 routes', 'changes the API document in 1 place'],
      totals: { addedRouteCount: 3, removedRouteCount: 0, changedRouteCount: 0, unchangedRouteCount: 0 },
      addedRouteList: [
        { path: '/items', methodType: 'GET' },
        { path: '/items', methodType: 'POST' },
        { path: '/items/{itemId}', methodType: 'GET' },
      ],
    });
    expect(Date.parse(plan.expiresAt) - Date.parse(plan.createdAt)).toBe(24 * 3_600_000);
    expect((await api.ok('GET', deploys)).stageDeployHistoryList).toEqual([]);
    expectError(await api.call('GET', `${deploys}/latest`), 'DEPLOYMENT_NOT_FOUND');
    expect((await api.ok('GET', `${deploys}/plans/${plan.planId}`)).deploymentPlan).toEqual(plan);
  });

  it('of a stage that has not changed says so', async () => {
    const { deployId, deployedAt } = await api.deploy(serviceId, stageId);
    expect(await makePlan(api, stage)).toMatchObject({
      liveDeployment: { deployId, deployedAt },
      isChanged: false,
      summaryList: ['changes nothing'],
      totals: { addedRouteCount: 0, removedRouteCount: 0, changedRouteCount: 0, unchangedRouteCount: 3 },
      removedRouteList: [],
      changedRouteList: [],
      addedRouteList: [],
      settingChangeList: [],
      documentationChangeList: [],
    });
  });

  it('tells which routes go, come and change', async () => {
    await api.deploy(serviceId, stageId);
    await api.ok('DELETE', `${service}/resources/${await resource('/items', 'POST')}`);
    const items = await resource('/items', null);
    await api.ok('POST', `${service}/resources/${items}/methods`, { methodList: [mockMethod('DELETE')] });
    await api.ok('PUT', `${service}/resource-paths/${items}`, { pathPluginList: [corsPlugin] });
    await updateStage();
    const plan = await makePlan(api, stage);
    expect(plan.removedRouteList).toMatchObject([{ path: '/items', methodType: 'POST', ...NO_COUNTS }]);
    expect(plan.addedRouteList).toEqual([
      { path: '/items', methodType: 'DELETE' },
      { path: '/items', methodType: 'OPTIONS' },
    ]);
    expect(changesOf(plan)).toEqual([['GET /items', 'ADDED CORS']]);
    expect(plan.totals.unchangedRouteCount).toBe(1);
  });

  it('tells of an inherited plugin once where it stands, and on every route that it holds for', async () => {
    await putStagePlugins('/', null, [pluginOf('RATE_LIMIT', { keyType: 'IP', requestPerSec: 5 })]);
    await putStagePlugins('/items', 'GET', [pluginOf('RATE_LIMIT', { keyType: 'IP', requestPerSec: 1 })]);
    await api.deploy(serviceId, stageId);
    await putStagePlugins('/', null, [pluginOf('RATE_LIMIT', { keyType: 'IP', requestPerSec: 9 })]);
    const plan = await makePlan(api, stage);
    expect(settingsOf(plan)).toEqual([[null, '/', 'plugin:RATE_LIMIT', 'CHANGED', 2]]);
    expect(changesOf(plan)).toEqual([
      ['POST /items', 'CHANGED RATE_LIMIT'],
      ['GET /items/{itemId}', 'CHANGED RATE_LIMIT'],
    ]);
    await putStagePlugins('/', null, []);
    const [first] = (await makePlan(api, stage)).changedRouteList;
    expect(first.changeList).toMatchObject([{ changeType: 'REMOVED', originBefore: ROOT, originAfter: null }]);
  });

  it('tells which backends change, and what requests are checked for', async () => {
    const parameters = `${service}/resources/${await resource('/items', 'GET')}/parameters`;
    const query = { name: 'limit', dataType: 'STRING', required: true, isArray: false };
    await api.ok('POST', parameters, { queryStringList: [query] });
    await putStagePlugins('/items', 'GET', [pluginOf('REQUEST_VALIDATOR', { isActive: true })]);
    await api.deploy(serviceId, stageId);
    await api.ok('POST', parameters, { queryStringList: [{ ...query, name: 'size' }] });
    const validation = await makePlan(api, stage);
    expect(changesOf(validation)).toEqual([['GET /items', 'CHANGED VALIDATION']]);
    expect(validation.documentationChangeList).toMatchObject([
      { path: '/items', methodType: 'GET', item: 'parameters' },
    ]);
    await api.ok('PUT', stage, { backendEndpointUrl: `${BACKEND}/v2` });
    const backend = await makePlan(api, stage);
    expect(settingsOf(backend)).toEqual([[null, null, 'backendEndpointUrl', 'CHANGED', null]]);
    expect(backend.settingChangeList).toMatchObject([{ before: BACKEND, after: `${BACKEND}/v2`, isCut: false }]);
    expect(changesOf(backend)).toEqual([
      ['GET /items', 'CHANGED BACKEND', 'CHANGED VALIDATION'],
      ['POST /items', 'CHANGED BACKEND'],
      ['GET /items/{itemId}', 'CHANGED BACKEND'],
    ]);
  });

  it('tells what changes of the stage as a whole, and of the API document', async () => {
    await api.deploy(serviceId, stageId);
    await api.ok('PUT', `${stage}/access-log`, { isAccessLogOn: true });
    await api.ok('PUT', `${service}/gateway-responses`, { gatewayResponseType: 'NotFound', httpStatusCode: 410 });
    await api.ok('POST', `${service}/models`, { modelName: 'Cat', modelSchema: { title: 'c'.repeat(2000) } });
    const plan = await makePlan(api, stage);
    expect(settingsOf(plan)).toEqual([
      [null, null, 'isAccessLogOn', 'CHANGED', null],
      [null, null, 'gatewayResponse:NotFound', 'ADDED', null],
    ]);
    expect(plan.documentationChangeList).toEqual([
      { path: null, methodType: null, item: 'model:Cat', changeType: 'ADDED', before: null, after: null, isCut: true },
    ]);
    expect(plan.changedRouteList).toEqual([]);
    expect(plan.summaryList).toEqual([
      'changes isAccessLogOn of the stage',
      'adds gatewayResponse:NotFound of the stage',
      'changes the API document in 1 place',
    ]);
  });

  it('shows no secret, neither when it is made nor when it is read nor in the audit log', async () => {
    await putStagePlugins('/', null, [pluginOf('HMAC', { secretKey: 'hush-hush' })]);
    await api.deploy(serviceId, stageId);
    await putStagePlugins('/', null, [pluginOf('HMAC', { secretKey: 'quiet-quiet' })]);
    const header = pluginOf('SET_REQUEST_HEADER', { headers: { Authorization: 'Bearer quiet-too' } });
    const path = `${service}/resource-paths/${await resource('/items', null)}`;
    await api.ok('PUT', path, { pathPluginList: [header] });
    await updateStage();
    const plan = await makePlan(api, stage);
    expect(plan.settingChangeList).toMatchObject([
      { item: 'plugin:HMAC', before: { secretKey: '********' }, after: { secretKey: '******** (changed)' } },
      { item: 'plugin:SET_REQUEST_HEADER', after: { headers: { Authorization: '(secret)' } } },
    ]);
    const { auditRecordList } = await api.ok('GET', `/audit-records?objectId=${plan.planId}`);
    expect(auditRecordList).toHaveLength(1);
    const read = await api.ok('GET', `${deploys}/plans/${plan.planId}`);
    const rows = await stack.query('SELECT content FROM deployment_plan WHERE id = $1', [plan.planId]);
    expect(JSON.stringify([plan, auditRecordList, read, rows])).not.toMatch(/hush|quiet|sealed:/);
  });
});

describe('a dry run', () => {
  it('is refused as the deployment would be', async () => {
    const plan = () => api.call('POST', `${deploys}?dryRun=true`);
    await api.deploy(serviceId, stageId);
    const running = `UPDATE deployment SET status = $2::deployment_status, deadline_at = now() + interval '1 hour' WHERE stage_id = $1`;
    await stack.query(
      'DELETE FROM deployment_receipt WHERE deployment_id IN (SELECT id FROM deployment WHERE stage_id = $1)',
      [stageId],
    );
    await stack.query(running, [stageId, 'DEPLOYING']);
    expectError(await plan(), 'STAGE_DEPLOYING');
    await stack.query(running, [stageId, 'COMPLETE']);
    const plugin = 'FROM stage_resource r WHERE p.stage_resource_id = r.id AND r.stage_id = $1';
    await stack.query(`UPDATE stage_resource_plugin p SET config = '{}' ${plugin}`, [stageId]);
    expectError(await plan(), 'STAGE_PLUGIN_UNREADABLE', ['GET /items']);
    await stack.query('DELETE FROM stage_resource WHERE stage_id = $1 AND method_type IS NOT NULL', [stageId]);
    expectError(await plan(), 'DEPLOY_NO_METHOD');
    await stack.query('DELETE FROM stage_host WHERE stage_id = $1', [stageId]);
    expectError(await plan(), 'DEPLOY_HOST_MISSING');
    expectError(await api.call('POST', `${service}/stages/nope/deploys?dryRun=true`), 'STAGE_NOT_FOUND');
    expect(await stack.query('SELECT 1 FROM deployment_plan WHERE stage_id = $1', [stageId])).toEqual([]);
  });

  it.each([
    ['settings', `'{"damaged":true}'`],
    ['snapshot', `jsonb_set(snapshot::jsonb, '{paths}', '"damaged"')`],
    [
      'snapshot',
      `jsonb_set(snapshot::jsonb, '{paths,0,routes,0,plugins}', '[{"type":"HMAC","config":{"secretKey":"sealed:v1:AAAA"},"origin":{"path":"/","method":null}}]')`,
    ],
  ])('is refused when the %s of what is live cannot be read: %s', async (column, damaged) => {
    const { deployId } = await api.deploy(serviceId, stageId);
    await stack.query(`UPDATE deployment SET ${column} = ${damaged} WHERE id = $1`, [deployId]);
    expectError(await api.call('POST', `${deploys}?dryRun=true`), 'SNAPSHOT_UNREADABLE');
  });

  it('waits for nothing and carries out nothing', async () => {
    expectError(await api.call('POST', `${deploys}?dryRun=true&wait=converged`), 'INVALID_PARAMETER', ['wait']);
    expectError(await api.call('POST', `${deploys}?dryRun=true`, { planId: 'x' }), 'INVALID_INPUT', ['planId']);
    expectError(await api.call('POST', `${deploys}?dryRun=maybe`), 'INVALID_PARAMETER', ['dryRun']);
    expect((await api.ok('POST', `${deploys}?dryRun=false`)).deployId).toEqual(expect.any(String));
    await demandEnded(api, serviceId, stageId);
  });

  it('is repeated by its Idempotency-Key with the same plan', async () => {
    const make = () => api.call('POST', `${deploys}?dryRun=true`, undefined, { 'idempotency-key': `plan-${stageId}` });
    const [first, again] = [await make(), await make()];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('of v2.0 is for who may deploy, and its plan for who may read', async () => {
    const [member, viewer] = [await stack.asUser(api, 'MEMBER'), await stack.asUser(api, 'VIEWER')];
    expectError(await viewer.api.call('POST', `${deploys}?dryRun=true`), 'USER_NOT_ALLOWED');
    const plan = await makePlan(member.api, stage);
    expect((await viewer.api.ok('GET', `${deploys}/plans/${plan.planId}`)).deploymentPlan).toEqual(plan);
    expectError(await viewer.api.call('POST', deploys, { planId: plan.planId }), 'USER_NOT_ALLOWED');
    expect(await member.api.ok('POST', deploys, { planId: plan.planId })).toMatchObject({ planId: plan.planId });
    await demandEnded(api, serviceId, stageId);
  });
});
