import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api, type HeadedAnswer, type Json } from '../../harness/api.js';
import { httpDocument, mockDocument } from '../../harness/documents.js';
import { type PrivateStack, startPrivateStack } from '../../harness/stack.js';
import { StepGate, victimUrl } from '../../harness/step-gate.js';

const RANDOM_KILLS = 3;
/** Every kill needs a control plane that has just been started. */
const TEST_TIMEOUT_MS = 180_000;
/** A call takes about this long. */
const CALL_MS = 60;
/** More writes than any of the calls has. */
const MOST_STEPS = 40;

let stack: PrivateStack;
let gate: StepGate;
/** Speaks to a control plane that lives. */
let api: Api;
let serviceId: string;
let stageId: string;

beforeAll(async () => {
  stack = await startPrivateStack();
  gate = await StepGate.on(stack);
});

afterAll(async () => {
  await gate.close();
  await stack.stop();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  ({ stageId } = await api.createStage(serviceId, 'http://127.0.0.1'));
});

/** A call, and what can be seen of it; `undo` takes it back. */
interface Work {
  readonly call: (client: Api, key: string) => Promise<HeadedAnswer>;
  readonly state: () => Promise<unknown>;
  readonly undo: () => Promise<unknown>;
}

const resourcePaths = async (): Promise<string[]> => {
  const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
  return resourceList.map(({ path, methodType }: Json) => `${methodType ?? ''} ${path}`);
};

function importWork(): Work {
  const path = `/services/${serviceId}/resources/import`;
  return {
    call: (client, key) => client.call('POST', path, { swaggerData: httpDocument() }, { 'idempotency-key': key }),
    state: resourcePaths,
    undo: () => api.importSwagger(serviceId, mockDocument()),
  };
}

async function connectWork(): Promise<Work> {
  const apiKeyIdList: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { apiKey } = await api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' });
    apiKeyIdList.push(apiKey.apiKeyId);
  }
  const { usagePlanId } = (await api.ok('POST', '/usage-plans', { usagePlanName: 'x' })).usagePlan;
  await api.ok('POST', `/usage-plans/${usagePlanId}/stages/${stageId}`);
  const path = `/usage-plans/${usagePlanId}/stages/${stageId}/subscriptions`;
  const subscriptions = async (): Promise<Json[]> => (await api.ok('GET', path)).apiSubscriptionList;
  return {
    call: (client, key) => client.call('POST', path, { apiKeyIdList }, { 'idempotency-key': key }),
    state: async () => (await subscriptions()).length,
    undo: async () => {
      const apiSubscriptionIdList = (await subscriptions()).map(({ subscriptionId }) => subscriptionId);
      await api.ok('DELETE', path, { apiSubscriptionIdList });
    },
  };
}

/** What was deployed is told by the number of deployments; each has ended when that is known. */
function deployWork(): Work {
  const stage = `/services/${serviceId}/stages/${stageId}`;
  let changes = 0;
  let known = 0;
  const deployments = async (): Promise<number> => {
    const { paging } = await api.ok('GET', `${stage}/deploys`);
    if (paging.totalCount > 0) {
      const { deployStatus } = await api.waitForDeployment(serviceId, stageId);
      expect(deployStatus).toBe('COMPLETE');
    }
    return paging.totalCount;
  };
  return {
    call: (client, key) => client.call('POST', `${stage}/deploys`, undefined, { 'idempotency-key': key }),
    state: async () => (await deployments()) - known,
    undo: async () => {
      known = await deployments();
      changes += 1;
      await api.ok('PUT', stage, { backendEndpointUrl: `http://127.0.0.1:${10_000 + changes}`, stageDescription: '' });
    },
  };
}

const works: Readonly<Record<string, () => Work | Promise<Work>>> = {
  'an import': importWork,
  'the connection of API keys': connectWork,
  'a deployment': deployWork,
};

async function startVictim(): Promise<{ client: Api; kill: () => Promise<unknown> }> {
  const victim = await stack.startControlPlane({ DATABASE_URL: victimUrl(stack) });
  return { client: new Api(victim.url, api.appKey, api.gatewayPort), kill: () => victim.kill() };
}

describe('a control plane that is killed', () => {
  it.each(Object.entries(works))(
    'before any of the writes of %s has done nothing, in the commit all, and the call can be repeated',
    async (name, makeWork) => {
      const work = await makeWork();
      const [before, after] = [await work.state(), await stateAfter(work)];
      const ends: string[] = [];
      for (let step = 1; step <= MOST_STEPS; step += 1) {
        const { client, kill } = await startVictim();
        const key = `${name} ${step}`;
        const isHalted = await gate.killAt(step, () => work.call(client, `"${key}"`), kill);
        if (!isHalted) break;
        ends.push(JSON.stringify(await work.state()));
        await repeat(work, `"${key}"`, after);
      }
      // The changes of the access document are written within the commit, which comes to its end without the victim.
      const inCommit = ends.findIndex((state) => state !== JSON.stringify(before));
      const [undone, done] = inCommit < 0 ? [ends, []] : [ends.slice(0, inCommit), ends.slice(inCommit)];
      expect(undone.length).toBeGreaterThan(2);
      expect(new Set(done)).toEqual(new Set(done.length > 0 ? [JSON.stringify(after)] : []));
      if (JSON.stringify(await work.state()) !== JSON.stringify(before)) await work.undo();
      const { client, kill } = await startVictim();
      expect(await gate.killAt('commit', () => work.call(client, '"commit"'), kill)).toBe(true);
      expect(await work.state()).toEqual(after);
      const again = await repeat(work, '"commit"', after);
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    },
    TEST_TIMEOUT_MS,
  );

  it.each(Object.entries(works))('at any moment of %s has done all or nothing', async (name, makeWork) => {
    const work = await makeWork();
    const [before, after] = [await work.state(), await stateAfter(work)];
    for (let round = 0; round < RANDOM_KILLS; round += 1) {
      const { client, kill } = await startVictim();
      const answering = work.call(client, `"${name} at ${round}"`).catch(() => null);
      await delay(randomInt(CALL_MS));
      await kill();
      const answer = await answering;
      const state = await settledState(work);
      expect(answer?.status === 200 ? [after] : [before, after]).toContainEqual(state);
      await repeat(work, `"${name} at ${round}"`, after);
    }
  });
});

/** Does the work once, takes it back, and gives what was to be seen in between. */
async function stateAfter(work: Work): Promise<unknown> {
  expect((await work.call(api, `"first ${serviceId}"`)).status).toBe(200);
  const after = await work.state();
  await work.undo();
  return after;
}

/** Repeats a call that was cut off on another control plane: afterwards the work is done, and done once. */
async function repeat(work: Work, key: string, after: unknown): Promise<HeadedAnswer> {
  const answer = await work.call(api, key);
  expect([answer.status, await work.state()]).toEqual([200, after]);
  await work.undo();
  return answer;
}

/** The state when the database has noticed that the victim is gone. */
async function settledState(work: Work): Promise<unknown> {
  const isOpen = async () => {
    const rows = await stack.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'victim'");
    return rows.length > 0;
  };
  while (await isOpen());
  return work.state();
}
