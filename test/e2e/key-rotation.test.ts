import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../harness/api.js';
import { deployWithPlugins, type KeyedStage } from '../harness/keyed-stage.js';
import { type ProductProcess, runProcessToEnd } from '../harness/process.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const OLD_KEY = 'e1'.repeat(32);
const NEW_KEY = 'd2'.repeat(32);
const HMAC_SECRET = 'a secret of the stage';

let stack: PrivateStack;
let stage: KeyedStage;
let apiKey: { apiKeyId: string; primaryApiKey: string };
let isOver = false;

/** Control planes that calls go to, as those behind a load balancer. */
let live: ProductProcess[];

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2 });
  live = [...stack.controlPlanes];
  stage = await deployWithPlugins(stack, () => [{ pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }]);
  const { api, serviceId, stageId, rows } = stage;
  apiKey = (await api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })).apiKey;
  const planId = await rows.addPlan(null, null);
  await rows.connectStage(planId, stageId);
  await rows.subscribe([apiKey.apiKeyId], planId, stageId);
  const { stageId: sealed } = await api.createStage(serviceId, 'http://127.0.0.1', 'sealed');
  const resources = `/services/${serviceId}/stages/${sealed}/resources`;
  const [root] = (await api.ok('GET', resources)).stageResourceList;
  await api.ok('PUT', `${resources}/${root.stageResourceId}`, {
    stageResourcePluginList: [{ pluginType: 'HMAC', pluginConfigJson: { secretKey: HMAC_SECRET } }],
  });
  while ((await throughGateway()) !== 200) await delay(20);
});

afterAll(() => stack.stop());

const variablesOf = (current: string, previous = ''): Record<string, string> => ({
  ENCRYPTION_KEY: current,
  PREVIOUS_ENCRYPTION_KEY: previous,
});

async function throughGateway(): Promise<number> {
  const headers = { 'x-nhn-apikey': apiKey.primaryApiKey };
  return (await stage.api.request(stage.host, 'GET', '/hello', { headers })).status;
}

/** Calls that a control plane has not answered yet. */
const open = new Map<ProductProcess, number>();

/** Makes a call of one of the live control planes, another one each time. */
async function call<T>(make: (client: Api) => Promise<T>): Promise<T> {
  const [first] = live;
  if (!first) throw new Error('No control plane is live');
  live.push(...live.splice(0, 1));
  open.set(first, (open.get(first) ?? 0) + 1);
  try {
    return await make(clientOf(first));
  } finally {
    open.set(first, (open.get(first) ?? 0) - 1);
  }
}

const clientOf = ({ url }: ProductProcess): Api => new Api(url, stage.api.appKey, stage.api.gatewayPort);

async function shownValue(client: Api): Promise<string> {
  return (await client.ok('GET', `/apikeys/${apiKey.apiKeyId}`)).apiKey.primaryApiKey;
}

/** Puts another replica, with other keys, in the place of each, one after the other. */
async function roll(variables: Record<string, string>): Promise<void> {
  const all = Array.from(live);
  for (const old of all) {
    const started = await stack.startControlPlane(variables);
    live = [...live.filter((one) => one !== old), started];
    // As a load balancer does: no new calls, and those that are open come to their end.
    while ((open.get(old) ?? 0) > 0) await delay(5);
    await old.stop();
  }
}

/** Calls both sides without a pause; gives the number of calls and what was not as it should be. */
async function callAll(): Promise<{ calls: number; wrong: string[] }> {
  const wrong: string[] = [];
  let calls = 0;
  while (!isOver) {
    calls += 1;
    try {
      if ((await call(shownValue)) !== apiKey.primaryApiKey) wrong.push('the value of the API key');
      const body = { apiKeyName: `made ${calls}`, apiKeyStatus: 'ACTIVE' };
      const { apiKey: made } = await call((client) => client.ok('POST', '/apikeys', body));
      const found = await call((client) => client.ok('GET', `/apikeys?apiKey=${made.primaryApiKey}`));
      if (found.apiKeyList.length !== 1) wrong.push('a new API key by its value');
    } catch (error) {
      wrong.push(String(error));
    }
    const status = await throughGateway();
    if (status !== 200) wrong.push(`the gateway answered ${status}`);
  }
  return { calls, wrong };
}

/** Starts a control plane that has to refuse, and gives what it says. */
async function refusal(variables: Record<string, string>): Promise<string> {
  const { code, output } = await runProcessToEnd('control-plane', { ...stack.variables, PORT: '0', ...variables });
  expect(code).toBe(1);
  return output;
}

describe('the encryption key', () => {
  it('is exchanged while two control planes and a gateway are at work, and no call fails', async () => {
    const calling = callAll();
    await roll(variablesOf(NEW_KEY, OLD_KEY));
    const late = await stack.startControlPlane(variablesOf(OLD_KEY));
    expect(await shownValue(clientOf(late))).toBe(apiKey.primaryApiKey);
    await late.stop();
    await roll(variablesOf(NEW_KEY));
    isOver = true;
    const { calls, wrong } = await calling;
    expect(wrong).toEqual([]);
    expect(calls).toBeGreaterThan(10);
    const stages = `/services/${stage.serviceId}/stages`;
    const { stageList } = await call((client) => client.ok('GET', stages));
    const { stageId } = stageList.find((one: { stageName: string }) => one.stageName === 'sealed');
    const shown = await call((client) => client.ok('GET', `${stages}/${stageId}/resources`));
    expect(JSON.stringify(shown)).toContain(HMAC_SECRET);
  }, 180_000);

  it('that was exchanged opens nothing any more', async () => {
    const output = await refusal(variablesOf(OLD_KEY));
    expect(output).toContain('ENCRYPTION_KEY is not the one that the secrets in the database were encrypted with');
    expect(output).not.toContain(OLD_KEY);
    expect(await refusal(variablesOf('c3'.repeat(32), 'b4'.repeat(32)))).toContain('neither ENCRYPTION_KEY nor');
    const rows = await stack.query('SELECT 1 FROM data_key_wrap');
    expect(rows).toHaveLength(1);
  });
});

describe('an installation of a version without data keys', () => {
  it('keeps its secrets: its encryption key becomes the data key, and can be exchanged', async () => {
    const older = await startPrivateStack({ gateways: 0 });
    try {
      const api = await older.newProject(0);
      await older.controlPlanes[0]?.stop();
      await older.query('DELETE FROM data_key_wrap');
      const first = await older.startControlPlane();
      expect((await older.dataKey()).toString('hex')).toBe(OLD_KEY);
      const made = await new Api(first.url, api.appKey, 0).ok('POST', '/apikeys', {
        apiKeyName: 'x',
        apiKeyStatus: 'ACTIVE',
      });
      await first.stop();
      const second = await older.startControlPlane(variablesOf(NEW_KEY, OLD_KEY));
      const shown = await new Api(second.url, api.appKey, 0).ok('GET', `/apikeys/${made.apiKey.apiKeyId}`);
      expect(shown.apiKey).toEqual(made.apiKey);
    } finally {
      await older.stop();
    }
  });
});
