import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database } from '../../src/database/index.js';
import { SecretBox } from '../../src/kernel/secret-box.js';
import { DiffService } from '../../src/modules/deployments/index.js';
import { OverviewService } from '../../src/modules/overview/overview.service.js';
import { AccessRows } from '../harness/access-rows.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { type Stack, useStack } from '../harness/stack.js';
import { projectIdOf } from '../harness/users.js';

let stack: Stack;
let database: Database;
let overviews: OverviewService;

beforeAll(async () => {
  stack = await useStack();
  database = new Database(stack.address.databaseUrl);
  overviews = new OverviewService(database, new DiffService(database, new SecretBox(await stack.dataKey())));
});

afterAll(() => database.onApplicationShutdown());

/** How many statements are sent to the database meanwhile. */
async function countStatements(run: () => Promise<unknown>): Promise<number> {
  const query = Reflect.get(pg.Client.prototype, 'query') as (...sent: unknown[]) => unknown;
  let count = 0;
  Reflect.set(pg.Client.prototype, 'query', function counted(this: pg.Client, ...sent: unknown[]): unknown {
    count += 1;
    return Reflect.apply(query, this, sent);
  });
  try {
    await run();
    return count;
  } finally {
    Reflect.set(pg.Client.prototype, 'query', query);
  }
}

/** A service with so many stages, each deployed and with a key. */
async function serviceWith(api: Api, stageCount: number): Promise<{ serviceId: string; stageId: string }> {
  const rows = await AccessRows.of(stack, api);
  const plan = await rows.addPlan(null, ['DAY', 10]);
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  let stageId = '';
  for (let at = 0; at < stageCount; at += 1) {
    ({ stageId } = await api.createStage(serviceId, 'http://127.0.0.1', `s${at}`));
    await api.deploy(serviceId, stageId);
    await rows.connectStage(plan, stageId);
    await rows.subscribe([await rows.addKey()], plan, stageId);
  }
  return { serviceId, stageId };
}

it('ask the database as often for six stages as for one, whatever is known of them', async () => {
  const counts: [health: number, usage: number][] = [];
  for (const stageCount of [1, 6]) {
    const api = await stack.newProject();
    const { serviceId, stageId } = await serviceWith(api, stageCount);
    const tenant = { projectId: await projectIdOf(stack, api), appKeyId: '', appKey: api.appKey };
    counts.push([
      await countStatements(() => overviews.stageHealth(tenant, serviceId, stageId)),
      await countStatements(() => overviews.serviceUsage(tenant, serviceId)),
    ]);
  }
  const [[health, usage] = [0, 0], second] = counts;
  expect(second).toEqual([health, usage]);
  expect(usage).toBeGreaterThan(2);
  expect(health).toBeLessThan(25);
});
