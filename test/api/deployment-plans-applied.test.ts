import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { applyPlan, demandEnded, makePlan } from '../harness/deployment-plans.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { newSetStage } from '../harness/set-stage.js';
import { type Stack, useStack } from '../harness/stack.js';

const BACKEND = 'http://127.0.0.1:10080';
const OTHER_BACKEND = 'http://127.0.0.1:10081';

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
  ({ api, serviceId, service, stageId, stage, deploys } = await newSetStage(stack, httpDocument(), BACKEND));
});

afterEach(async () => {
  await stack.query(`UPDATE deployment SET status = 'FAILURE' WHERE stage_id = $1 AND hash = 'none'`, [stageId]);
});

const changeStage = (backendEndpointUrl = OTHER_BACKEND) => api.ok('PUT', stage, { backendEndpointUrl });
const history = async (): Promise<Json[]> => (await api.ok('GET', deploys)).stageDeployHistoryList;
const redefine = (httpStatusCode: number) =>
  api.ok('PUT', `${service}/gateway-responses`, { gatewayResponseType: 'NotFound', httpStatusCode });
/** Has a deployment run, as if a gateway had not answered yet. It ends with the test. */
const runDeployment = async () => {
  await changeStage('http://127.0.0.1:10082');
  await stack.query(
    `INSERT INTO deployment (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash, deadline_at)
     SELECT 'running-' || id, project_id, id, 'DEPLOYING', '', 'none', '{}', '{}', '', now() + interval '1 hour'
     FROM stage WHERE id = $1`,
    [stageId],
  );
};

/** What can happen to a stage between a plan and its deployment, and what the refusal names. */
const moves: readonly (readonly [string, () => Promise<unknown>, readonly string[]])[] = [
  ['the settings of the stage', () => changeStage(), ['settings']],
  [
    'its resources, which its documentation is about',
    async () => {
      await api.importSwagger(serviceId, mockDocument());
      await api.ok('PUT', `${stage}/resources`);
    },
    ['settings', 'documentation'],
  ],
  [
    'a model of the service',
    () => api.ok('POST', `${service}/models`, { modelName: 'Cat', modelSchema: {} }),
    ['documentation'],
  ],
  [
    'the stage, which cannot even be compiled any more,',
    () =>
      stack.query(
        'DELETE FROM stage_resource_plugin p USING stage_resource r WHERE p.stage_resource_id = r.id AND r.stage_id = $1',
        [stageId],
      ),
    ['settings'],
  ],
  ['a gateway response of the service', () => redefine(403), ['gatewayResponses']],
  [
    'the live deployment, the stage being as it was',
    async () => {
      await changeStage();
      await api.deploy(serviceId, stageId);
      await changeStage('http://127.0.0.1:10083');
    },
    ['liveDeployment'],
  ],
  [
    'everything at once',
    async () => {
      await redefine(403);
      await api.ok('POST', `${service}/models`, { modelName: 'Cat', modelSchema: {} });
      await changeStage();
      await api.deploy(serviceId, stageId);
      await runDeployment();
    },
    ['settings', 'documentation', 'gatewayResponses', 'liveDeployment', 'runningDeployment'],
  ],
];

describe('a deployment that carries out a plan', () => {
  it('deploys what was planned, once, and the plan tells of it', async () => {
    await api.deploy(serviceId, stageId);
    await changeStage();
    const plan = await makePlan(api, stage);
    expect(plan).toMatchObject({ isChanged: true, appliedDeployId: null });
    const body = { planId: plan.planId, deployDescription: 'as planned' };
    const { deployId, planId } = await api.ok('POST', deploys, body);
    expect(planId).toBe(plan.planId);
    const ended = await api.waitForDeployment(serviceId, stageId);
    expect(ended).toMatchObject({ deployId, deployStatus: 'COMPLETE', deployDescription: 'as planned' });
    const { deploymentPlan } = await api.ok('GET', `${deploys}/plans/${planId}`);
    expect(deploymentPlan).toEqual({ ...plan, appliedDeployId: deployId });
    expectError(await applyPlan(api, stage, plan), 'DEPLOYMENT_PLAN_OUTDATED', ['planId', 'liveDeployment']);
    expect(await history()).toHaveLength(2);
  });

  it('can be waited for, and repeated by its Idempotency-Key', async () => {
    const plan = await makePlan(api, stage);
    const path = `${deploys}?wait=converged`;
    const send = () => api.call('POST', path, { planId: plan.planId }, { 'idempotency-key': `apply ${plan.planId}` });
    const headers = { 'idempotency-key': `"apply ${plan.planId}"` };
    const first = await api.call('POST', path, { planId: plan.planId }, headers);
    expect(first.body).toMatchObject({ planId: plan.planId, deployStatus: 'COMPLETE', receipt: { isConverged: true } });
    const again = await api.call('POST', path, { planId: plan.planId }, headers);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expectError(await send(), 'INVALID_PARAMETER', ['Idempotency-Key']);
    expect(await history()).toHaveLength(1);
  });

  it('is remembered with the plan', async () => {
    const plan = await makePlan(api, stage);
    const { deployId } = await api.ok('POST', deploys, { planId: plan.planId });
    const { auditRecordList } = await api.ok('GET', '/audit-records?operation=deployStage');
    expect(auditRecordList).toMatchObject([
      { objectId: deployId, before: null, after: { deployId, planId: plan.planId } },
      { objectId: plan.planId, before: null, after: { deploymentPlan: { planId: plan.planId } } },
    ]);
    await demandEnded(api, serviceId, stageId);
  });

  it('holds when the stage was changed and changed back', async () => {
    await redefine(403);
    const plan = await makePlan(api, stage);
    await changeStage();
    await redefine(404);
    await changeStage(BACKEND);
    await redefine(403);
    await api.importSwagger(serviceId, httpDocument());
    await api.ok('PUT', `${stage}/resources`);
    expect((await applyPlan(api, stage, plan)).status).toBe(200);
    await demandEnded(api, serviceId, stageId);
  });

  it.each(moves)('is refused when %s has changed, and changes nothing', async (_name, move, fields) => {
    await api.deploy(serviceId, stageId);
    await changeStage('http://127.0.0.1:10083');
    const plan = await makePlan(api, stage);
    await move();
    const before = await databaseFingerprint(stack);
    const answer = await applyPlan(api, stage, plan);
    expectError(answer, 'DEPLOYMENT_PLAN_OUTDATED', fields);
    expect(answer.body.errorList.map((one: Json) => one.errorProperty)).toEqual(fields.map(() => 'plan'));
    expect(await databaseFingerprint(stack)).toEqual(before);
    expect((await api.ok('GET', `${deploys}/plans/${plan.planId}`)).deploymentPlan.appliedDeployId).toBeNull();
  });

  it('is refused when the plan has expired, or gateways would get another form', async () => {
    const expired = await makePlan(api, stage);
    await stack.query('UPDATE deployment_plan SET expires_at = now() WHERE id = $1', [expired.planId]);
    expectError(await applyPlan(api, stage, expired), 'DEPLOYMENT_PLAN_OUTDATED', ['planId']);
    const upgraded = await makePlan(api, stage);
    await stack.query(`UPDATE deployment_plan SET hash = 'of before' WHERE id = $1`, [upgraded.planId]);
    expectError(await applyPlan(api, stage, upgraded), 'DEPLOYMENT_PLAN_OUTDATED', ['snapshot']);
    expect(await history()).toEqual([]);
  });

  it('is refused as any other when the plan changes nothing, or the surroundings are not there', async () => {
    const first = await makePlan(api, stage);
    await stack.query('UPDATE stage_host SET host_name = $2 WHERE stage_id = $1', [stageId, `lost-${stageId}`]);
    expectError(await applyPlan(api, stage, first), 'DEPLOY_HOST_MISSING');
    await stack.query('UPDATE stage_host SET host_name = $2 WHERE stage_id = $1', [
      stageId,
      `kr1-${serviceId}.api.localhost`,
    ]);
    await api.ok('POST', deploys, { planId: first.planId });
    await demandEnded(api, serviceId, stageId);
    expectError(await applyPlan(api, stage, await makePlan(api, stage)), 'STAGE_NOT_CHANGED');
  });

  it('needs a plan of the stage', async () => {
    const other = await api.createStage(serviceId, BACKEND, 'other');
    const plan = await makePlan(api, `${service}/stages/${other.stageId}`);
    for (const planId of ['nope', plan.planId]) {
      expectError(await applyPlan(api, stage, { planId }), 'DEPLOYMENT_PLAN_NOT_FOUND');
      expectError(await api.call('GET', `${deploys}/plans/${planId}`), 'DEPLOYMENT_PLAN_NOT_FOUND');
    }
    expectError(await applyPlan(api, stage, { planId: '' }), 'INVALID_INPUT', ['planId']);
    expectError(await applyPlan(api, stage, { planId: 'x'.repeat(101) }), 'INVALID_INPUT', ['planId']);
    expectError(await applyPlan(api, `${service}/stages/nope`, plan), 'STAGE_NOT_FOUND');
    expectError(await api.call('GET', `${service}/stages/nope/deploys/plans/${plan.planId}`), 'STAGE_NOT_FOUND');
  });
});

describe('plans', () => {
  it('are kept for the last hundred of a stage', async () => {
    const first = await makePlan(api, stage);
    await stack.query(
      `INSERT INTO deployment_plan SELECT id || n, project_id, stage_id, live_deployment_id, hash, settings_hash,
         documentation_hash, gateway_responses_hash, content, deployment_id, created_at + n * interval '1 ms', expires_at
       FROM deployment_plan, generate_series(1, 99) n WHERE id = $1`,
      [first.planId],
    );
    const last = await makePlan(api, stage);
    const rows = await stack.query<{ id: string }>('SELECT id FROM deployment_plan WHERE stage_id = $1', [stageId]);
    const ids = rows.map(({ id }) => id);
    expect([ids.length, ids.includes(first.planId), ids.includes(last.planId)]).toEqual([100, false, true]);
  });
});
