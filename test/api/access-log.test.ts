import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;
let serviceId: string;
let stage: string;
let stageId: string;
let stageUrl: string;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument('body'));
  ({ stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1'));
  stage = `/services/${serviceId}/stages/${stageId}`;
});

const isOn = async () => (await api.ok('GET', `${stage}/access-log`)).isAccessLogOn;
const turn = (isAccessLogOn: unknown) => api.call('PUT', `${stage}/access-log`, { isAccessLogOn });
async function lastSnapshot(): Promise<Json> {
  const rows = await stack.query<{ snapshot: Json }>(
    'SELECT snapshot FROM deployment WHERE stage_id = $1 ORDER BY deployed_at DESC LIMIT 1',
    [stageId],
  );
  return rows[0]?.snapshot ?? {};
}

describe('the access log of a stage', () => {
  it('is off until it is turned on, and can be turned off again', async () => {
    expect(await isOn()).toBe(false);
    expect((await turn(true)).body).toMatchObject({ isAccessLogOn: true, header: { isSuccessful: true } });
    expect(await isOn()).toBe(true);
    await turn(false);
    expect(await isOn()).toBe(false);
  });

  it('is a setting like others: gateways follow the next deployment, which it alone makes worth while', async () => {
    await api.deploy(serviceId, stageId);
    expect((await lastSnapshot()).accessLog).toBe(false);
    await turn(true);
    expect((await lastSnapshot()).accessLog).toBe(false);
    await api.deploy(serviceId, stageId);
    expect((await lastSnapshot()).accessLog).toBe(true);
    expect((await api.request(stageUrl, 'GET', '/hello')).text).toBe('body');
  });

  it('comes back as it was with a rollback', async () => {
    const { deployId } = await api.deploy(serviceId, stageId);
    await turn(true);
    await api.ok('POST', `${stage}/deploys/${deployId}/rollback`);
    expect(await isOn()).toBe(false);
  });

  it.each([undefined, null, 'true', 1, {}])('takes nothing but true and false: %p', async (value) => {
    expectError(await turn(value), 'INVALID_INPUT', ['isAccessLogOn']);
    expect(await isOn()).toBe(false);
  });

  it('belongs to a stage of a service of the project', async () => {
    const foreign = await stack.newProject();
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { isAccessLogOn: true }],
    ] as const) {
      expectError(await foreign.call(method, `${stage}/access-log`, body), 'SERVICE_NOT_FOUND');
      expectError(await api.call(method, `/services/${serviceId}/stages/none/access-log`, body), 'STAGE_NOT_FOUND');
    }
    expect(await isOn()).toBe(false);
  });
});
