import { beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api, Json } from '../harness/api.js';
import { applyPlan, demandEnded, makePlan } from '../harness/deployment-plans.js';
import { mockDocument } from '../harness/documents.js';
import { countOf, daysAgo, sendCounts } from '../harness/metrics.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type Stack, useStack } from '../harness/stack.js';

/** Calls are in the statistics within a minute. */
const LIMIT_MS = 60_000;
const TEST_LIMIT_MS = 120_000;

let stack: Stack;
let api: Api;
let serviceId: string;
let stageId: string;
let stageUrl: string;
let service: string;
let stage: string;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
  serviceId = await api.createService();
  service = `/services/${serviceId}`;
});

/** Lets the service have these paths, each with a GET, and gives them to the stage. */
async function importPaths(paths: readonly string[]): Promise<void> {
  const documents: Json[] = paths.map((path) => mockDocument(path, path));
  const merged = Object.assign({}, ...documents.map((document) => document.paths));
  await api.importSwagger(serviceId, { ...documents[0], paths: merged });
}

async function demandKeys(isActive: boolean): Promise<void> {
  const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
  const root = stageResourceList.find((one: Json) => one.path === '/');
  const list = isActive ? [{ pluginType: 'API_KEY', pluginConfigJson: { isActive } }] : [];
  await api.ok('PUT', `${stage}/resources/${root.stageResourceId}`, { stageResourcePluginList: list });
}

/** Two API keys that may call the stage, by their values. */
async function makeKeys(): Promise<string[]> {
  const { usagePlanId } = (await api.ok('POST', '/usage-plans', { usagePlanName: 'x' })).usagePlan;
  await api.ok('POST', `/usage-plans/${usagePlanId}/stages/${stageId}`);
  const keys: Json[] = [];
  for (const apiKeyName of ['one', 'two']) {
    keys.push((await api.ok('POST', '/apikeys', { apiKeyName, apiKeyStatus: 'ACTIVE' })).apiKey);
  }
  const apiKeyIdList = keys.map(({ apiKeyId }) => apiKeyId);
  await api.ok('POST', `/usage-plans/${usagePlanId}/stages/${stageId}/subscriptions`, { apiKeyIdList });
  return keys.map(({ primaryApiKey }) => primaryApiKey);
}

async function callUntil(status: number, path: string, key: string): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const answer = await api.request(stageUrl, 'GET', path, { headers: { 'x-nhn-apikey': key } });
    if (answer.status === status) return;
    if (Date.now() > deadline) throw new Error(`GET ${path}: ${answer.status} ${answer.text}`);
    await delay(20);
  }
}

/** Waits until the control plane has been told of all calls of a stage; gives how many were made of each route. */
async function countedCalls(atLeast: number): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const [row] = await stack.query<{ calls: string }>(
      `SELECT coalesce(sum(status_2xx + status_4xx), 0) AS calls FROM route_metric WHERE stage_id = $1 AND unit = 'ONE_DAYS'`,
      [stageId],
    );
    if (Number(row?.calls) >= atLeast) return;
    if (Date.now() > deadline) throw new Error(`${row?.calls} of ${atLeast} calls were told of`);
    await delay(200);
  }
}

describe('a plan', () => {
  it(
    'tells what the routes that go and change have really carried, and is right when it is carried out',
    async () => {
      await importPaths(['/gone', '/kept', '/never', '/same']);
      ({ stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1:10080'));
      stage = `${service}/stages/${stageId}`;
      await demandKeys(true);
      await api.deploy(serviceId, stageId);
      const [one = '', two = ''] = await makeKeys();
      for (const key of [one, two]) await callUntil(200, '/same', key);
      for (const key of [one, one, two]) await callUntil(200, '/gone', key);
      await callUntil(200, '/kept', one);
      await callUntil(403, '/kept', 'no key');
      await countedCalls(7);
      await importPaths(['/kept', '/same', '/new']);
      await api.ok('PUT', `${stage}/resources`);
      await demandKeys(false);
      const plan = await makePlan(api, stage);
      expect(plan.removedRouteList).toMatchObject([
        { path: '/gone', methodType: 'GET', callCount: 3, failureCount: 0, keyCount: 2 },
        { path: '/never', methodType: 'GET', callCount: 0, failureCount: 0, keyCount: 0 },
      ]);
      const kept = plan.changedRouteList.find(({ path }: Json) => path === '/kept');
      expect(kept).toMatchObject({ callCount: 2, failureCount: 1, keyCount: 1 });
      expect(plan.totals).toMatchObject({ addedRouteCount: 1, removedCallCount: 3 });
      expect(plan.summaryList[0]).toBe('removes GET /gone: 3 calls, 2 keys in the last 7 days');
      expect(plan.summaryList.slice(1, 2)).toEqual([expect.stringMatching(/^removes API_KEY of \/ for 2 routes: /)]);
      expect((await applyPlan(api, stage, plan)).status).toBe(200);
      await demandEnded(api, serviceId, stageId);
      const answers = await Promise.all(
        ['/gone', '/never', '/new', '/kept'].map((path) => api.request(stageUrl, 'GET', path)),
      );
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 200, 200]);
    },
    TEST_LIMIT_MS,
  );

  it('counts the calls of seven days, today being one of them', async () => {
    await importPaths(['/old', '/other']);
    ({ stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1:10080', 'days'));
    stage = `${service}/stages/${stageId}`;
    await api.deploy(serviceId, stageId);
    const counts = [0, 6, 7].map((days, index) =>
      countOf(stageId, daysAgo(days), {
        path: '/old',
        status2xx: 10 ** index,
      }),
    );
    await sendCounts(new SpokenGateway('plans', stack), counts);
    await importPaths(['/other']);
    await api.ok('PUT', `${stage}/resources`);
    expect((await makePlan(api, stage)).removedRouteList).toMatchObject([{ path: '/old', callCount: 11 }]);
  });
});
