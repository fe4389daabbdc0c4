import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

/** The operations show calls within a minute. */
const LIMIT_MS = 60_000;
const TEST_LIMIT_MS = 150_000;

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let stageUrl: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 2 });
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument('body'));
  ({ stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1'));
  await api.deploy(serviceId, stageId);
});

afterAll(() => stack.stop());

/** The counts of the stage's resources as the statistics operation shows them. */
async function shownCounts(): Promise<Json[]> {
  const startTime = new Date(Date.now() - 3_600_000).toISOString();
  const endTime = new Date(Date.now() + 60_000).toISOString();
  const query = new URLSearchParams({ startTime, endTime });
  return (await api.ok('GET', `/services/${serviceId}/stages/${stageId}/metrics?${query.toString()}`)).data;
}

/** Rows that the control plane has written of the stage, whatever the route. */
async function storedCalls(): Promise<number> {
  const rows = await stack.query<{ calls: string }>(
    `SELECT coalesce(sum(status_2xx + status_3xx + status_4xx + status_5xx + status_etc), 0) AS calls
     FROM stage_metric WHERE stage_id = $1 AND unit = 'ONE_DAYS'`,
    [stageId],
  );
  return Number(rows[0]?.calls);
}

async function waitForCalls(calls: number): Promise<number> {
  const began = Date.now();
  while ((await storedCalls()) < calls) {
    if (Date.now() - began > LIMIT_MS) throw new Error(`${await storedCalls()} of ${calls} calls were shown`);
    await delay(100);
  }
  return Date.now() - began;
}

describe('calls through two gateways', () => {
  it(
    'are all in the statistics of the stage within a minute, exactly',
    async () => {
      const ports = stack.gateways.map(({ port }) => port);
      const clients = Array.from({ length: 10 }, async (_, client) => {
        for (let round = 0; round < 100; round += 1) {
          await api.request(stageUrl, 'GET', round % 10 === 0 ? '/none' : '/hello', { port: ports[client % 2] ?? 0 });
        }
      });
      await Promise.all(clients);
      await waitForCalls(1_000);
      // A batch that came twice would show now.
      await delay(11_000);
      expect(await storedCalls()).toBe(1_000);
      const counts = await shownCounts();
      const hello = counts.filter(({ uriPattern }) => uriPattern === '/hello');
      expect(hello.reduce((sum, one) => sum + one.status2xxCount, 0)).toBe(900);
    },
    TEST_LIMIT_MS,
  );

  it('are not lost when the gateways stop', async () => {
    const before = await storedCalls();
    for (let round = 0; round < 50; round += 1) await api.request(stageUrl, 'GET', '/hello');
    await Promise.all(stack.gateways.map((gateway) => gateway.stop()));
    expect(await storedCalls()).toBe(before + 50);
  });
});
