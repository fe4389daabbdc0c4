import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { countOf, MINUTE_MS, sendCounts } from '../harness/metrics.js';
import type { Ids } from '../harness/one-of-each.js';
import { type ApiOperation, listOperations, pathOf } from '../harness/operations.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, newUser, projectIdOf } from '../harness/users.js';

const LAST_PAGE = 1_000_000;
const ENTRIES = ['a', 'b', 'c'] as const;
const BACKEND = 'http://127.0.0.1:10080';

let stack: PrivateStack;
let api: Api;
let admin: Api;
let gateway: SpokenGateway;
/** Ids under which every list has at least three entries, and those of lists that need others. */
let ids: Ids;
let otherIds: Readonly<Record<string, Ids>>;
let operations: ApiOperation[];

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  api = await stack.newProject(0);
  admin = await asAdministrator(stack);
  gateway = new SpokenGateway('one', stack);
  await gateway.manifest();
  const [, second, third] = await makeStages();
  ids = { ...ids, ...(await makeParts(ids['apigwServiceId'] ?? '')), ...(await makeForInstallation()) };
  await makePlans([ids['stageId'] ?? '', second ?? '', third ?? '']);
  otherIds = { listConnectableApiKeys: { stageId: second ?? '' } };
  const all = await listOperations(stack.address.controlUrl);
  operations = all.filter(({ queryNames }) => queryNames.includes('page') && queryNames.includes('limit'));
});

afterAll(() => stack.stop());

/** Three services, three stages of one of them, three deployments of its first stage, and calls on three routes. */
async function makeStages(): Promise<string[]> {
  const services: string[] = [];
  for (const name of ENTRIES) services.push(await api.createService(name));
  const [apigwServiceId = ''] = services;
  await api.importSwagger(apigwServiceId, mockDocument());
  const stages: string[] = [];
  for (const name of ENTRIES) stages.push((await api.createStage(apigwServiceId, BACKEND, name)).stageId);
  const [stageId = ''] = stages;
  const stage = `/services/${apigwServiceId}/stages/${stageId}`;
  for (const name of ENTRIES) {
    await api.ok('PUT', stage, { backendEndpointUrl: `${BACKEND}/${name}` });
    await api.ok('POST', `${stage}/deploys`);
    await gateway.receipt(stageId);
  }
  const minute = Date.now() - MINUTE_MS;
  await sendCounts(
    gateway,
    ENTRIES.map((name) => countOf(stageId, minute, { path: `/${name}` })),
  );
  ids = { apigwServiceId, stageId };
  return stages;
}

/** Models, restriction policies with values, and custom domains. */
async function makeParts(serviceId: string): Promise<Ids> {
  const service = `/services/${serviceId}`;
  const policies: string[] = [];
  for (const name of ENTRIES) {
    await api.ok('POST', `${service}/models`, { modelName: name, modelSchema: {} });
    const deleted = await api.ok('POST', `${service}/models`, { modelName: `deleted-${name}`, modelSchema: {} });
    await api.ok('DELETE', `${service}/models/${deleted.model.modelId}`);
    await api.ok('POST', '/custom-domains', { customDomain: `${name}.paging.example.com` });
    const policy = { requestRestrictionPolicyName: name, requestRestrictionKeyType: 'HEADER' };
    const body = { ...policy, requestRestrictionKey: `X-${name}` };
    const made = await api.ok('POST', `${service}/request-restriction-policies`, body);
    policies.push(made.requestRestrictionPolicy.requestRestrictionPolicyId);
  }
  const [requestRestrictionPolicyId = ''] = policies;
  for (const name of ENTRIES) {
    const values = `${service}/request-restriction-policies/${requestRestrictionPolicyId}/key-values`;
    await api.ok('POST', values, { requestRestrictionKeyValue: name, requestsPerSecond: 1 });
  }
  return { requestRestrictionPolicyId };
}

/** Projects; appKeys and members of one of them; users, and access keys of one of them; gateway tokens. */
async function makeForInstallation(): Promise<Ids> {
  const projectId = await projectIdOf(stack, api);
  const project = `/v2.0/projects/${projectId}`;
  const users: string[] = [];
  for (const name of ENTRIES) {
    const { userId } = await newUser(stack);
    users.push(userId);
    await admin.okPath('PUT', `${project}/members/${userId}`, { role: 'MEMBER' });
    await admin.okPath('POST', `${project}/appkeys`, { appKeyName: name });
    await admin.okPath('POST', '/v2.0/projects', { projectName: name });
    await admin.okPath('POST', '/v2.0/gateway-tokens', { gatewayTokenName: name, regionCode: 'KR1' });
  }
  const [userId = ''] = users;
  for (const name of ENTRIES) {
    await admin.okPath('POST', `/v2.0/users/${userId}/access-keys`, { accessKeyName: name });
  }
  return { projectId, userId };
}

/** Plans and API keys. The first plan has all stages; the first stage has all plans and keys, the others the first key. */
async function makePlans(stages: readonly string[]): Promise<void> {
  const plans: string[] = [];
  const keys: string[] = [];
  for (const name of [...ENTRIES, 'd']) {
    plans.push((await api.ok('POST', '/usage-plans', { usagePlanName: name })).usagePlan.usagePlanId);
    const key = { apiKeyName: name, apiKeyStatus: 'ACTIVE' };
    keys.push((await api.ok('POST', '/apikeys', key)).apiKey.apiKeyId);
  }
  const [usagePlanId = ''] = plans;
  const [apiKeyId = ''] = keys;
  for (const plan of plans) await api.ok('POST', `/usage-plans/${plan}/stages/${stages[0]}`);
  for (const stage of stages.slice(1)) await api.ok('POST', `/usage-plans/${usagePlanId}/stages/${stage}`);
  for (const [index, stage] of stages.entries()) {
    const body = { apiKeyIdList: index === 0 ? keys : [apiKeyId] };
    await api.ok('POST', `/usage-plans/${usagePlanId}/stages/${stage}/subscriptions`, body);
  }
  ids = { ...ids, usagePlanId, apiKeyId };
}

function call(operation: ApiOperation, query: Readonly<Record<string, number>>) {
  const others = otherIds[operation.id.replace(/V2$/, '')] ?? {};
  const required = new URLSearchParams(operation.exampleQuery);
  for (const [name, value] of Object.entries(query)) required.set(name, String(value));
  const path = pathOf(operation, { ...ids, ...others, appKey: api.appKey });
  const client = operation.access === 'appKey' ? api : api.withToken(admin.token ?? '');
  return client.callPath(operation.method, `${path}?${required.toString()}`);
}

/** A page: its entries, each as a text, and what it says of itself. */
async function page(operation: ApiOperation, query: Readonly<Record<string, number>>) {
  const { status, body } = await call(operation, query);
  expect([operation.id, status]).toEqual([operation.id, 200]);
  const [entries = []] = Object.values<Json>(body).filter((value) => Array.isArray(value));
  return { entries: entries.map((entry: Json): string => JSON.stringify(entry)), paging: body.paging };
}

describe('every operation that pages', () => {
  it('is found', () => {
    expect(operations.length).toBeGreaterThan(30);
  });

  it.each([
    ['limit', 0],
    ['limit', 1001],
    ['page', 0],
    ['page', LAST_PAGE + 1],
  ])('refuses %s=%d', async (name, value) => {
    for (const operation of operations) {
      expectError(await call(operation, { [name]: value }), 'INVALID_PARAMETER', [name]);
    }
  });

  it('gives each entry once, one by one in the order of the whole list, and nothing behind the end', async () => {
    for (const operation of operations) {
      const { entries, paging } = await page(operation, { limit: 1000 });
      const totalCount = entries.length;
      expect([operation.id, paging]).toEqual([operation.id, { page: 1, limit: 1000, totalCount }]);
      expect([operation.id, totalCount >= ENTRIES.length, new Set(entries).size]).toEqual([
        operation.id,
        true,
        totalCount,
      ]);
      const walked: string[] = [];
      for (let number = 1; number <= totalCount; number += 1) {
        const one = await page(operation, { limit: 1, page: number });
        expect([operation.id, one.paging]).toEqual([operation.id, { page: number, limit: 1, totalCount }]);
        walked.push(...one.entries);
      }
      expect([operation.id, walked]).toEqual([operation.id, entries]);
      const behind = await page(operation, { page: LAST_PAGE });
      const empty = { entries: [], paging: { page: LAST_PAGE, limit: 10, totalCount } };
      expect([operation.id, behind]).toEqual([operation.id, empty]);
    }
  });
});
