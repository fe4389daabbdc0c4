import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { applyPlan, demandEnded, makePlan } from '../harness/deployment-plans.js';
import { mockDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { clientOf, race } from '../harness/two-control-planes.js';

const OUTDATED = 409_121_000;

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let stageUrl: string;
let service: string;
let stage: string;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2 });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, mockDocument('one'));
  ({ stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1:10080'));
  stage = `${service}/stages/${stageId}`;
  await api.deploy(serviceId, stageId);
  await respond('two');
});

async function respond(text: string): Promise<void> {
  await api.importSwagger(serviceId, mockDocument(text));
  await api.ok('PUT', `${stage}/resources`);
}

const history = async (): Promise<Json[]> => (await api.ok('GET', `${stage}/deploys`)).stageDeployHistoryList;
const served = async () => (await api.request(stageUrl, 'GET', '/hello')).text;

describe('when fifty clients of two control planes carry out one plan at once', () => {
  it('exactly one deployment is made, and the others are told that it was', async () => {
    const plan = await makePlan(api, stage);
    const refusals: string[][] = [];
    const counts = await fiftyAtOnce(async (index) => {
      const answer = await applyPlan(clientOf(stack, api, index), stage, plan);
      if (answer.status !== 200) refusals.push(answer.body.errorList.map((one: Json) => one.errorField));
      return answer;
    });
    expect(counts).toEqual({ 0: 1, [OUTDATED]: 49 });
    expect(refusals.filter((fields) => !fields.includes('planId'))).toEqual([]);
    await demandEnded(api, serviceId, stageId);
    expect([(await history()).length, await served()]).toEqual([2, 'two']);
  });

  it('with different plans of the same stage, one of them becomes a deployment', async () => {
    const plans: Json[] = [];
    for (let index = 0; index < 10; index += 1) plans.push(await makePlan(api, stage));
    const counts = await fiftyAtOnce((index) => applyPlan(clientOf(stack, api, index), stage, plans[index % 10]));
    expect(counts).toEqual({ 0: 1, [OUTDATED]: 49 });
    await demandEnded(api, serviceId, stageId);
    expect(await history()).toHaveLength(2);
    const [latest] = await history();
    const applied = await Promise.all(
      plans.map(({ planId }) => api.ok('GET', `${stage}/deploys/plans/${planId}`).then((one) => one.deploymentPlan)),
    );
    expect(applied.flatMap(({ appliedDeployId }) => appliedDeployId ?? [])).toEqual([latest.deployId]);
  });
});

describe('when a plan is carried out', () => {
  it('while others change the stage, what is deployed is what was planned, or nothing', async () => {
    const plan = await makePlan(api, stage);
    const backend = { backendEndpointUrl: 'http://127.0.0.1:10081' };
    const counts = await race(
      stack,
      api,
      (client) => applyPlan(client, stage, plan),
      (client) => client.call('PUT', stage, backend),
    );
    const deployed = (await history()).slice(0, -1);
    await demandEnded(api, serviceId, stageId);
    expect(Object.keys(counts).filter((code) => !['0', '409104001', String(OUTDATED)].includes(code))).toEqual([]);
    const rows = await stack.query<{ url: string }>(
      `SELECT settings->>'backendEndpointUrl' AS url FROM deployment WHERE id = ANY($1)`,
      [deployed.map(({ deployId }) => deployId)],
    );
    expect(rows).toEqual(deployed.map(() => ({ url: 'http://127.0.0.1:10080' })));
    expect(deployed.length).toBeLessThanOrEqual(1);
  });

  it('waits for a change that came before it, and is refused by it', async () => {
    const plan = await makePlan(api, stage);
    const holder = await stack.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM stage WHERE id = $1 FOR UPDATE', [stageId]);
      const applying = applyPlan(api, stage, plan);
      await stack.waitForLockWaiter(holder);
      await holder.query(`UPDATE stage SET backend_endpoint_url = 'http://127.0.0.1:10081' WHERE id = $1`, [stageId]);
      await holder.query('COMMIT');
      expectError(await applying, 'DEPLOYMENT_PLAN_OUTDATED', ['settings']);
    } finally {
      await holder.end();
    }
    expect(await history()).toHaveLength(1);
  });

  it('waits for a change of the service that it was made from, and is refused by it', async () => {
    const plan = await makePlan(api, stage);
    const holder = await stack.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM service WHERE id = $1 FOR UPDATE', [serviceId]);
      const applying = applyPlan(api, stage, plan);
      await stack.waitForLockWaiter(holder);
      await holder.query(
        `INSERT INTO model (id, project_id, service_id, name, schema) SELECT id, project_id, id, 'Pet', '{}' FROM service WHERE id = $1`,
        [serviceId],
      );
      await holder.query('COMMIT');
      expectError(await applying, 'DEPLOYMENT_PLAN_OUTDATED', ['documentation']);
    } finally {
      await holder.end();
    }
  });
});

describe('plans that expired', () => {
  it('long ago are removed, and others are kept', async () => {
    const [old, late, good] = [await makePlan(api, stage), await makePlan(api, stage), await makePlan(api, stage)];
    const expire = `UPDATE deployment_plan SET expires_at = now() - $2 * interval '1 hour' WHERE id = $1`;
    await stack.query(expire, [old.planId, 25]);
    await stack.query(expire, [late.planId, 23]);
    const sweeping = await stack.startControlPlane();
    const find = ({ planId }: Json) => stack.query('SELECT 1 FROM deployment_plan WHERE id = $1', [planId]);
    while ((await find(old)).length > 0);
    expect([(await find(late)).length, (await find(good)).length]).toEqual([1, 1]);
    expectError(await applyPlan(api, stage, late), 'DEPLOYMENT_PLAN_OUTDATED', ['planId']);
    expectError(await applyPlan(api, stage, old), 'DEPLOYMENT_PLAN_NOT_FOUND');
    await sweeping.stop();
  });
});
