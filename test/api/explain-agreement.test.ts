import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AccessRows } from '../harness/access-rows.js';
import type { Api, Json } from '../harness/api.js';
import { type EchoBackend, startEchoBackend } from '../harness/backend.js';
import { type Stack, useStack } from '../harness/stack.js';
import { type GeneratedRequest, requests } from '../gateway/explain/requests.js';

const REQUESTS = 400;
const PATHS = ['/', '/a', '/a/b', '/{x}', '/a/{x}', '/pets/{x}.json'];

let stack: Stack;
let backend: EchoBackend;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
  backend = await startEchoBackend();
  api = await stack.newProject();
});

afterAll(() => backend.close());

/** Some methods go to the backend, some are answered by the gateway. */
function document(): object {
  const responses = { 200: { description: 'ok' } };
  const mock = { plugins: { MOCK: { statusCode: 201, headers: { 'X-Path': '${request.uriPath}' }, body: 'mock' } } };
  const parametersOf = (path: string) =>
    path.includes('{x}') ? [{ name: 'x', in: 'path', required: true, type: 'string' }] : [];
  const paths = PATHS.map((path) => [
    path,
    {
      get: { parameters: parametersOf(path), responses },
      post: { parameters: parametersOf(path), responses, 'x-nhncloud-apigateway': mock },
    },
  ]);
  return { swagger: '2.0', info: { title: 'agreement', version: '1' }, paths: Object.fromEntries(paths) };
}

async function setPlugins(stage: string, plugins: readonly [path: string, plugin: Json][]): Promise<void> {
  const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
  for (const [path, plugin] of plugins) {
    const { stageResourceId } = stageResourceList.find((one: Json) => one.path === path && one.methodType === null);
    await api.ok('PUT', `${stage}/resources/${stageResourceId}`, { stageResourcePluginList: [plugin] });
  }
}

it('says what the gateway does, also through everything between the call and the rules', async () => {
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, document());
  const { stageId, stageUrl } = await api.createStage(serviceId, backend.url);
  const stage = `/services/${serviceId}/stages/${stageId}`;
  await setPlugins(stage, [
    ['/a', { pluginType: 'API_KEY', pluginConfigJson: { isActive: true } }],
    [
      '/',
      { pluginType: 'IP_ACL', pluginConfigJson: { isPermit: true, ipAclList: [{ ipCidrAddress: '127.0.0.0/8' }] } },
    ],
  ]);
  const rows = await AccessRows.of(stack, api);
  const plan = await rows.addPlan(1000, null);
  await rows.connectStage(plan, stageId);
  const key = await rows.addKey();
  await rows.subscribe([key], plan, stageId);
  await api.deploy(serviceId, stageId);
  await untilGatewayKnows(key, stageUrl);
  const seen = new Map<string, number>();
  for (const generated of fc.sample(requests, { numRuns: REQUESTS, seed: 7 })) {
    const request = onStage(generated, stageUrl, key);
    const { explanation } = await api.ok('POST', `${stage}/explain`, question(request));
    backend.seen.length = 0;
    const answer = await api.request(stageUrl, request.method, request.target, {
      headers: request.headers,
      body: Buffer.from(request.body ?? ''),
    });
    expect([request, ...outcomeOf(answer)]).toEqual([request, ...outcomeIn(explanation)]);
    const outcome = explanation.failure?.resultCode ?? explanation.outcome;
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
  }
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['BACKEND', 'MOCK', 4031010, 4031012, 4041007]));
});

/** The headers that everybody can send in JSON, for this stage and a key that it knows. */
function onStage({ headers, ...rest }: GeneratedRequest, host: string, key: string): GeneratedRequest {
  const { 'X-Tenant': _tenant, host: _host, ...kept } = headers;
  const value = kept['x-nhn-apikey'];
  const own: Record<string, string> = value?.startsWith('good') ? { 'x-nhn-apikey': `${key}-1` } : {};
  return { ...rest, headers: { ...kept, ...own, host } };
}

const question = ({ method, target, headers, body }: GeneratedRequest): Json => ({
  methodType: method,
  path: target,
  headers,
  body,
});

function outcomeOf({ status, text }: { status: number; text: string }): unknown[] {
  const [sent] = backend.seen;
  return sent ? ['BACKEND', backend.url + sent.url] : [status, text];
}

function outcomeIn({ outcome, backend: sent, response }: Json): unknown[] {
  return outcome === 'BACKEND' ? ['BACKEND', sent.url] : [response.httpStatusCode, response.body];
}

/** Keys reach the gateways without a deployment, a moment after they are made. */
async function untilGatewayKnows(key: string, host: string): Promise<void> {
  const headers = { 'x-nhn-apikey': `${key}-1` };
  while ((await api.request(host, 'POST', '/a', { headers })).status !== 201) await delay(20);
}
