import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deployWithPlugins, type KeyedStage } from '../harness/keyed-stage.js';
import type { ProductProcess } from '../harness/process.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const SECOND_MS = 1000;
/** How long a change may take to hold everywhere. */
const LIMIT_MS = 1000;

let stack: PrivateStack;
let stage: KeyedStage;
/** The gateways that run all the time. */
let gateways: ProductProcess[];

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 3 });
  const [, second] = stack.controlPlanes;
  // One gateway follows the control plane that the changes do not go through.
  await stack.startGateway({ CONTROL_PLANE_URL: second?.url ?? '' });
  gateways = [...stack.gateways];
  stage = await deployWithPlugins(stack, () => [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }]);
});
afterAll(() => stack.stop());

/** What a request with a key is answered by a gateway: 200, or the code of the failure. */
async function codeOf(value: string | null, port: number, { api, host }: KeyedStage = stage): Promise<number> {
  const headers: Record<string, string> = value === null ? {} : { 'x-nhn-apikey': value };
  const answer = await api.request(host, 'GET', '/hello', { headers, port });
  return answer.status === 200 ? 200 : JSON.parse(answer.text).header.resultCode;
}

/** Waits until all gateways answer a key with a code, and gives how long that took. */
async function untilAllAnswer(value: string, code: number): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    gateways.map(async ({ port }) => {
      while ((await codeOf(value, port)) !== code) {
        if (performance.now() - startedAt > 10 * LIMIT_MS) throw new Error(`${port} does not answer ${code}`);
        await delay(5);
      }
    }),
  );
  return performance.now() - startedAt;
}

/** What a gateway knows is written behind its answers: one that is killed at once has no copy. */
async function untilFilesIn(folder: string, names: string[]): Promise<void> {
  const deadline = performance.now() + 10 * SECOND_MS;
  for (;;) {
    const present = await readdir(folder, { recursive: true });
    if (names.every((name) => present.includes(name))) return;
    if (performance.now() > deadline) throw new Error(`${folder} holds ${present.join(', ')}`);
    await delay(5);
  }
}

async function newKey(rate: number | null, quota: [string, number] | null = null): Promise<string> {
  const { rows, stageId } = stage;
  const [id, planId] = [await rows.addKey(), await rows.addPlan(rate, quota)];
  await rows.connectStage(planId, stageId);
  await rows.subscribe([id], planId, stageId);
  await untilAllAnswer(`${id}-1`, 200);
  return id;
}

describe('an API key', () => {
  it('holds on every gateway without a deployment, and ends on every one within a second', async () => {
    for (const { port } of gateways) expect(await codeOf(null, port)).toBe(4031010);
    const id = await newKey(null);
    await stage.rows.setStatus(id, 'INACTIVE');
    expect(await untilAllAnswer(`${id}-2`, 4031011)).toBeLessThan(LIMIT_MS);
    await stack.query('DELETE FROM subscription WHERE api_key_id = $1', [id]);
    expect(await untilAllAnswer(`${id}-1`, 4031012)).toBeLessThan(LIMIT_MS);
  });

  it('holds on a gateway that starts while no control plane is there', async () => {
    const id = await newKey(null);
    const dataDir = await stack.gatewayDataDir('lonely');
    const first = await stack.startGateway({ DATA_DIR: dataDir });
    expect(await codeOf(`${id}-1`, first.port)).toBe(200);
    await untilFilesIn(join(dataDir, 'gateway'), ['access.records', join('stages', `${stage.stageId}.json`)]);
    await first.kill();
    const lonely = await stack.startGateway({ DATA_DIR: dataDir, CONTROL_PLANE_URL: 'http://127.0.0.1:9' });
    expect(await codeOf(`${id}-1`, lonely.port)).toBe(200);
    expect(await codeOf('unknown', lonely.port)).toBe(4031012);
    await lonely.stop();
  });
});

describe('a quota', () => {
  it('is kept by a gateway that is killed, but for what the last second counted', async () => {
    const { rows, stageId } = stage;
    const [id, planId] = [await rows.addKey(), await rows.addPlan(null, ['MONTH', 6])];
    await rows.connectStage(planId, stageId);
    await rows.subscribe([id], planId, stageId);
    const dataDir = await stack.gatewayDataDir('killed');
    const first = await stack.startGateway({ DATA_DIR: dataDir });
    for (let count = 0; count < 5; count += 1) expect(await codeOf(`${id}-1`, first.port)).toBe(200);
    await delay(1.5 * SECOND_MS);
    await first.kill();
    const again = await stack.startGateway({ DATA_DIR: dataDir });
    expect(await codeOf(`${id}-2`, again.port)).toBe(200);
    expect(await codeOf(`${id}-1`, again.port)).toBe(4291001);
    await again.stop();
  });
});

describe('limits of a stage', () => {
  it('RATE_LIMIT and REQUEST_RESTRICTION hold beside each other', async () => {
    const limited = await deployWithPlugins(stack, async (serviceId, rows) => {
      const policyId = await rows.addPolicy(serviceId, null);
      await rows.addPolicyValue(policyId, 'slow', 1);
      await rows.addPolicyValue(policyId, 'far', null, ['10.0.0.0/8']);
      return [
        { pluginType: 'RATE_LIMIT', pluginConfigJson: { keyType: 'DEFAULT', requestPerSec: 5 } },
        { pluginType: 'REQUEST_RESTRICTION', pluginConfigJson: { requestRestrictionPolicyId: policyId } },
      ];
    });
    const { api, host } = limited;
    const asTenant = async (tenant: string) => {
      const { text, status } = await api.request(host, 'GET', '/hello', { headers: { 'x-tenant': tenant } });
      return status === 200 ? 200 : JSON.parse(text).header.resultCode;
    };
    const deadline = performance.now() + 10 * SECOND_MS;
    while ((await asTenant('far')) !== 4031007 && performance.now() < deadline) await delay(SECOND_MS / 2);
    await delay(SECOND_MS);
    const slow = await Promise.all([asTenant('slow'), asTenant('slow')]);
    expect(new Set(slow)).toEqual(new Set([200, 4291000]));
    await delay(SECOND_MS);
    const many = await Promise.all(Array.from({ length: 8 }, (_, at) => asTenant(`tenant ${at}`)));
    expect(many.filter((code) => code === 200)).toHaveLength(5);
  });
});
