import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import type { ProductProcess } from '../harness/process.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

let stack: PrivateStack;
let api: Api;
let serviceId: string;
let stageId: string;
let deploys: string;
let one: SpokenGateway;
let two: SpokenGateway;

beforeAll(async () => {
  stack = await startPrivateStack({
    controlPlanes: 2,
    gateways: 0,
    variables: { DEPLOY_TIMEOUT_MS: '3000', REGIONS: 'KR1,KR2' },
  });
});

afterAll(() => stack.stop());

beforeEach(async () => {
  await everyDeploymentEnds();
  await stack.query('DELETE FROM gateway');
  api = await stack.newProject(0);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  stageId = (await api.createStage(serviceId, 'http://127.0.0.1')).stageId;
  deploys = `/services/${serviceId}/stages/${stageId}/deploys`;
  one = new SpokenGateway('one', stack);
  two = new SpokenGateway('two', stack);
  await Promise.all([one.manifest(), two.manifest()]);
});

const latest = async (): Promise<Json> => (await api.ok('GET', `${deploys}/latest`)).latestStageDeployResult;
const status = async (): Promise<string> => (await latest()).deployStatus;
const changeStage = (url: string) =>
  api.ok('PUT', `/services/${serviceId}/stages/${stageId}`, { backendEndpointUrl: url, stageDescription: url });

/** One that an earlier test left running would change the manifest of a later one when its time is over. */
async function everyDeploymentEnds(): Promise<void> {
  const running = `SELECT 1 FROM deployment WHERE status = 'DEPLOYING'`;
  while ((await stack.query(running)).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Its start can take longer than gateways may be silent, so they show afterwards that they live. */
async function startAnotherControlPlane(): Promise<ProductProcess> {
  const started = await stack.startControlPlane();
  await Promise.all([one.manifest(), two.manifest()]);
  return started;
}

/** Makes one deployment live, then begins a second one. */
async function beginSecond(): Promise<{ first: string; second: string }> {
  const { deployId: first } = await api.ok('POST', deploys);
  await Promise.all([one.receipt(stageId), two.receipt(stageId)]);
  await api.importSwagger(serviceId, mockDocument('changed'));
  await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
  const { deployId: second } = await api.ok('POST', deploys);
  return { first, second };
}

describe('a deployment', () => {
  it('is COMPLETE only when every live gateway serves it', async () => {
    await api.ok('POST', deploys);
    await one.receipt(stageId);
    expect(await status()).toBe('DEPLOYING');
    await two.receipt(stageId);
    expect(await latest()).toMatchObject({ deployStatus: 'COMPLETE', isLive: true, isBase: true });
  });

  it('does not wait for a gateway that stopped, nor for one that is dead', async () => {
    await api.ok('POST', deploys);
    await one.receipt(stageId);
    await two.call('DELETE', '/gateways/two');
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    await two.manifest();
    await changeStage('http://127.0.0.1:10001');
    await api.ok('POST', deploys);
    await one.receipt(stageId);
    await stack.query(`UPDATE gateway SET last_seen_at = now() - interval '11 seconds' WHERE id = 'two'`);
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });

  it('waits for a gateway that joins while it runs', async () => {
    await api.ok('POST', deploys);
    const late = new SpokenGateway('late', stack);
    await late.manifest();
    await Promise.all([one.receipt(stageId), two.receipt(stageId)]);
    expect(await status()).toBe('DEPLOYING');
    await late.receipt(stageId);
    expect(await status()).toBe('COMPLETE');
  });

  it('is FAILURE on the first refusal, with the reason, and the one before is wanted again', async () => {
    const { first, second } = await beginSecond();
    expect(await one.wanted(stageId)).toMatchObject({ deploymentId: second });
    await one.receipt(stageId);
    await two.receipt(stageId, 'no room');
    expect(await latest()).toMatchObject({
      deployStatus: 'FAILURE',
      failureReason: 'Gateway two: no room',
      isLive: false,
    });
    expect(await one.wanted(stageId)).toMatchObject({ deploymentId: first });
    const { stageDeployHistoryList } = await api.ok('GET', deploys);
    expect(stageDeployHistoryList).toMatchObject([{ isLive: false }, { deployId: first, isLive: true, isBase: true }]);
  });

  it('is FAILURE when a gateway says nothing in time, and the first one of a stage is wanted no more', async () => {
    await api.ok('POST', deploys);
    await one.receipt(stageId);
    const keepAlive = setInterval(() => void Promise.all([one.manifest(), two.manifest()]), 500);
    const ended = await api.waitForDeployment(serviceId, stageId);
    clearInterval(keepAlive);
    expect(ended).toMatchObject({ deployStatus: 'FAILURE', failureReason: expect.stringContaining('1 gateway(s)') });
    expect(await one.wanted(stageId)).toBeUndefined();
  });

  it('can be tried again after a failure', async () => {
    await api.ok('POST', deploys);
    await one.receipt(stageId, 'not today');
    await api.ok('POST', deploys);
    await Promise.all([one.receipt(stageId), two.receipt(stageId)]);
    expect(await status()).toBe('COMPLETE');
  });

  it('that failed and could not be taken back is told with its own code until the gateways have recovered', async () => {
    await beginSecond();
    await two.receipt(stageId, 'no room');
    await one.receipt(stageId, 'disk is gone');
    expectError(await api.call('GET', `${deploys}/latest`), 'DEPLOY_RESTORE_FAILED', ['one']);
    await one.receipt(stageId);
    expect(await status()).toBe('FAILURE');
  });

  it('counts no receipt for another snapshot, and no receipt twice', async () => {
    await api.ok('POST', deploys);
    const stage = await one.wanted(stageId);
    const receipts = [{ deploymentId: stage?.deploymentId, snapshotHash: 'other', refusal: null }];
    await two.call('POST', '/gateways/two/receipts', { receipts });
    await one.receipt(stageId);
    await one.receipt(stageId);
    expect(await status()).toBe('DEPLOYING');
    await two.receipt(stageId);
    expect(await status()).toBe('COMPLETE');
  });

  it('whose control plane is killed is ended by another replica', async () => {
    const dying = await startAnotherControlPlane();
    const viaDying = Object.assign(Object.create(api), { controlUrl: dying.url }) as Api;
    await viaDying.ok('POST', deploys);
    await dying.kill();
    expect(await status()).toBe('DEPLOYING');
    await Promise.all([one.receipt(stageId), two.receipt(stageId)]);
    expect(await status()).toBe('COMPLETE');
    await changeStage('http://127.0.0.1:10002');
    const dyingToo = await startAnotherControlPlane();
    Object.assign(viaDying, { controlUrl: dyingToo.url });
    await viaDying.ok('POST', deploys);
    await dyingToo.kill();
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'FAILURE' });
  });
});

describe('the manifest', () => {
  it('is answered by another replica as soon as something changes', async () => {
    const { hash } = await one.manifest();
    one.controlUrl = stack.controlPlanes[1]?.url ?? '';
    // Nothing changes in the other region: its shorter wait ends first unless the change itself ends the longer one.
    const elsewhere = new SpokenGateway('elsewhere', stack, one.controlUrl);
    const { hash: unchanged } = await elsewhere.manifest('', 0, 'KR2');
    const shorter = elsewhere.manifest(unchanged, 3000, 'KR2').then(() => null);
    const waiting = one.manifest(hash, 4000);
    await api.ok('POST', deploys);
    const changed = await Promise.race([waiting, shorter]);
    await shorter;
    if (changed === null) throw new Error('The change did not end the wait');
    expect(changed.stages.map((stage) => stage.stageId)).toContain(stageId);
  });

  it('is answered unchanged when the wait is over', async () => {
    const { hash } = await one.manifest();
    expect((await one.manifest(hash, 50)).hash).toBe(hash);
  });

  it('shows a change whose nudge was lost when the wait is over', async () => {
    await api.ok('POST', deploys);
    const { hash } = await one.manifest();
    const waiting = one.manifest(hash, 1000);
    await stack.query('UPDATE stage SET desired_deployment_id = NULL WHERE id = $1', [stageId]);
    expect((await waiting).stages.map((stage) => stage.stageId)).not.toContain(stageId);
  });

  it('leaves a deleted stage out', async () => {
    await api.ok('POST', deploys);
    await Promise.all([one.receipt(stageId), two.receipt(stageId)]);
    await api.ok('DELETE', `/services/${serviceId}/stages/${stageId}`);
    expect(await one.wanted(stageId)).toBeUndefined();
  });

  it('and the rest of the protocol is for who shows the token', async () => {
    const calls: [string, string][] = [
      ['GET', '/gateways/one/manifest?region=KR1&formatVersion=1'],
      ['GET', '/snapshots/x'],
      ['POST', '/gateways/one/receipts'],
      ['DELETE', '/gateways/one'],
    ];
    for (const [method, path] of calls) {
      const answer = await one.call(method, path, method === 'POST' ? { receipts: [] } : undefined, 'wrong');
      expectError({ status: answer.status, body: await answer.json() }, 'TOKEN_INVALID');
    }
  });

  it('is refused for a region that nothing serves', async () => {
    const answer = await one.call('GET', '/gateways/one/manifest?region=MARS&formatVersion=1');
    expectError({ status: answer.status, body: await answer.json() }, 'SERVER_GROUP_NOT_FOUND');
  });

  it('leads to snapshots by deployment', async () => {
    await api.ok('POST', deploys);
    const stage = await one.wanted(stageId);
    const answer = await one.call('GET', `/snapshots/${stage?.deploymentId}`);
    expect(await answer.json()).toMatchObject({ hash: stage?.snapshotHash, snapshot: { stageId, formatVersion: 1 } });
    expect((await one.call('GET', '/snapshots/nope')).status).toBe(404);
  });
});
