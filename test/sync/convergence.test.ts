import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, HeadedAnswer, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let one: SpokenGateway;
let two: SpokenGateway;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, gateways: 0 });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  await stack.query('DELETE FROM gateway');
  api = await stack.newProject(0);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  stageId = (await api.createStage(serviceId, 'http://127.0.0.1')).stageId;
  one = new SpokenGateway('one', stack);
  two = new SpokenGateway('two', stack, stack.controlPlanes[1]?.url);
  await Promise.all([one.manifest(), two.manifest()]);
});

function deployAndWait(timeoutMs = 20_000, key?: string): Promise<HeadedAnswer> {
  const path = `/services/${serviceId}/stages/${stageId}/deploys?wait=converged&timeoutMs=${timeoutMs}`;
  return api.call('POST', path, undefined, key === undefined ? {} : { 'idempotency-key': key });
}

/** The deployment that is running, when it can be seen. */
async function runningDeployment(): Promise<Json> {
  for (;;) {
    const stage = await one.wanted(stageId);
    if (stage) return stage;
  }
}

/** Whether a promise is still open after the control plane has answered something else. */
async function isOpen(answering: Promise<HeadedAnswer>): Promise<boolean> {
  const other = api.ok('GET', `/services/${serviceId}/stages/${stageId}/deploys/latest`).then(() => 'other');
  return (await Promise.race([answering.then(() => 'answered'), other])) === 'other';
}

describe('a deployment that is waited for', () => {
  it('is answered when the last gateway serves it and never before, with a receipt', async () => {
    const answering = deployAndWait();
    const { snapshotHash } = await runningDeployment();
    expect(await isOpen(answering)).toBe(true);
    await one.receipt(stageId);
    expect(await isOpen(answering)).toBe(true);
    await two.receipt(stageId);
    const { status, body } = await answering;
    expect(status).toBe(200);
    expect(body).toMatchObject({ deployStatus: 'COMPLETE', receipt: { isConverged: true, snapshotHash } });
    expect(body.receipt.failureReason).toBeNull();
    expect(body.receipt.gatewayList).toEqual([
      { gatewayId: 'one', gatewayStatus: 'SERVING', reason: null, afterMs: expect.any(Number) },
      { gatewayId: 'two', gatewayStatus: 'SERVING', reason: null, afterMs: expect.any(Number) },
    ]);
  });

  it('names the gateway that has not followed in time, and goes on', async () => {
    const answering = deployAndWait(1500);
    await runningDeployment();
    await one.receipt(stageId);
    const { body } = await answering;
    expect(body).toMatchObject({ deployStatus: 'DEPLOYING', receipt: { isConverged: false } });
    expect(body.receipt.gatewayList.map((gateway: Json) => [gateway.gatewayId, gateway.gatewayStatus])).toEqual([
      ['one', 'SERVING'],
      ['two', 'PENDING'],
    ]);
    await two.receipt(stageId);
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });

  it('names the gateway that refuses it, and why', async () => {
    const answering = deployAndWait();
    await runningDeployment();
    await two.receipt(stageId, 'no room');
    const { body } = await answering;
    expect(body).toMatchObject({ deployStatus: 'FAILURE', receipt: { isConverged: false } });
    expect(body.receipt.failureReason).toContain('no room');
    expect(body.receipt.gatewayList).toMatchObject([
      { gatewayId: 'one', gatewayStatus: 'PENDING', afterMs: null },
      { gatewayId: 'two', gatewayStatus: 'REFUSED', reason: 'no room' },
    ]);
  });

  it('is repeated by its Idempotency-Key with the receipt', async () => {
    const answering = deployAndWait(20_000, 'release-1');
    await runningDeployment();
    await Promise.all([one.receipt(stageId), two.receipt(stageId)]);
    const first = await answering;
    const again = await deployAndWait(20_000, 'release-1');
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('says so when it is removed meanwhile', async () => {
    const answering = deployAndWait();
    const { deploymentId } = await runningDeployment();
    await stack.query('UPDATE stage SET desired_deployment_id = NULL WHERE id = $1', [stageId]);
    await stack.query('DELETE FROM deployment WHERE id = $1', [deploymentId]);
    expectError(await answering, 'DEPLOYMENT_NOT_FOUND');
  });

  it.each(['wait=now', 'timeoutMs=0', 'timeoutMs=60001'])('cannot be asked for with %s', async (query) => {
    const answer = await api.call('POST', `/services/${serviceId}/stages/${stageId}/deploys?${query}`);
    expectError(answer, 'INVALID_PARAMETER', [query.split('=')[0] ?? '']);
  });
});
