import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SYNC_PREFIX } from '../../src/contract/sync.js';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { countOf } from '../harness/metrics.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const DEPLOY_TIMEOUT_MS = 2000;

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let gateway: SpokenGateway;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0, variables: { DEPLOY_TIMEOUT_MS: String(DEPLOY_TIMEOUT_MS) } });
  api = await stack.newProject(0);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  stageId = (await api.createStage(serviceId, 'http://127.0.0.1')).stageId;
  gateway = new SpokenGateway('one', stack);
});

afterAll(() => stack.stop());

/** Posts a text as the gateway; gives the status. */
async function post(route: string, body: string, type = 'application/json'): Promise<number> {
  const answer = await fetch(`${stack.address.controlUrl}${SYNC_PREFIX}/gateways/one/${route}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.address.gatewayToken}`, 'content-type': type },
    body,
  });
  await answer.body?.cancel();
  return answer.status;
}

/** Everything that receipts and counts could change. */
async function state(): Promise<Json> {
  const [reported] = await stack.query(
    `SELECT (SELECT count(*) FROM deployment_receipt) AS receipts, (SELECT count(*) FROM metric_batch) AS batches`,
  );
  return { ...(await databaseFingerprint(stack)), ...reported };
}

/** What fits neither route. */
const rubbish: readonly (readonly [string, string])[] = [
  ['no JSON', '{"receipts":'],
  ['nothing', ''],
  ['null', 'null'],
  ['a text', '"receipts"'],
  ['a list', '[]'],
  ['an object without what is needed', '{}'],
  ['a list nested too deep', '['.repeat(100_000)],
  ['more than fits', JSON.stringify({ receipts: [], counts: [], apiKeyCounts: [], batchId: 'x'.repeat(3_000_000) })],
];

const receipt = { deploymentId: 'unknown', snapshotHash: 'x', refusal: null };
const wrongReceipts: readonly (readonly [string, object])[] = [
  ['receipts that are no list', { receipts: {} }],
  ['a receipt that is none', { receipts: [null] }],
  ['an id that is a number', { receipts: [{ ...receipt, deploymentId: 1 }] }],
  ['an id that is too long', { receipts: [{ ...receipt, deploymentId: 'x'.repeat(101) }] }],
  ['a refusal that is an object', { receipts: [{ ...receipt, refusal: {} }] }],
  ['too many receipts', { receipts: Array.from({ length: 10_001 }, () => ({ ...receipt, snapshotHash: '' })) }],
];

const minute = Date.now() - 60_000;
const batchOf = (...counts: unknown[]) => ({ batchId: 'rubbish', counts, apiKeyCounts: [] });
const wrongBatches: readonly (readonly [string, (stage: string) => object])[] = [
  ['counts that are no list', () => ({ ...batchOf(), counts: {} })],
  ['a batch without an id', (stage) => ({ ...batchOf(countOf(stage, minute)), batchId: '' })],
  ['less than nothing', (stage) => batchOf(countOf(stage, minute, { status2xx: -1 }))],
  ['half a call', (stage) => batchOf(countOf(stage, minute, { status2xx: 0.5 }))],
  ['more than can be counted', (stage) => batchOf(countOf(stage, minute, { status2xx: 1e15 }))],
  ['a minute that is none', (stage) => batchOf({ ...countOf(stage, minute), minute: 'now' })],
  ['a path with a zero byte', (stage) => batchOf(countOf(stage, minute, { path: '/\0' }))],
  ['a method that is none', (stage) => batchOf({ ...countOf(stage, minute), method: 'FETCH' })],
  ['a good count beside a bad one', (stage) => batchOf(countOf(stage, minute), null)],
  ['a day that is none', (stage) => ({ ...batchOf(), apiKeyCounts: [{ apiKeyId: 'x', stageId: stage, day: 'x' }] })],
];

/** Demands that a post is refused as the client's fault and changes nothing. */
async function expectRefused(send: () => Promise<number>): Promise<void> {
  const before = await state();
  expectClientsFault(await send());
  expect(await state()).toEqual(before);
}

function expectClientsFault(status: number): void {
  expect([status >= 400, status < 500]).toEqual([true, true]);
}

describe('what no gateway says', () => {
  describe.each(['receipts', 'metrics'])('to /%s', (route) => {
    it.each(rubbish)('is refused: %s', async (_name, body) => {
      await expectRefused(() => post(route, body));
    });

    it('is refused: another content type', async () => {
      await expectRefused(() => post(route, '{"receipts":[]}', 'text/plain'));
    });
  });

  it.each(wrongReceipts)('is no receipt: %s', async (_name, body) => {
    await expectRefused(() => post('receipts', JSON.stringify(body)));
  });

  it.each(wrongBatches)('is no batch: %s', async (_name, make) => {
    await expectRefused(() => post('metrics', JSON.stringify(make(stageId))));
  });
});

describe('what a gateway says of things that are gone', () => {
  it('is taken, so that it does not say it again, and changes nothing', async () => {
    const before = await state();
    expect(await post('receipts', JSON.stringify({ receipts: [receipt] }))).toBe(204);
    expect(await state()).toEqual(before);
    expect(await post('metrics', JSON.stringify(batchOf(countOf('unknown', minute))))).toBe(204);
    // The batch alone is remembered.
    expect(await state()).toEqual({ ...before, batches: '1' });
  });
});

describe('a deployment', () => {
  it('is a FAILURE when its time is over, and its gateway has answered nothing but rubbish', async () => {
    await gateway.manifest();
    const startedAt = Date.now();
    await api.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
    const wanted = await gateway.wanted(stageId);
    const ofAnother = { ...receipt, deploymentId: wanted?.deploymentId };
    expect(await post('receipts', JSON.stringify({ receipts: [ofAnother] }))).toBe(204);
    // The deployment ends meanwhile where the machine is slow, so that what is stored may change.
    for (const [, body] of rubbish) expectClientsFault(await post('receipts', body));
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'FAILURE', isLive: false });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(DEPLOY_TIMEOUT_MS - 100);
  });
});
