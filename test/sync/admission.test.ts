import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { countOf } from '../harness/metrics.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, newGatewayToken } from '../harness/users.js';

const LONG_MS = 4000;
/** How long a revoked token may go on holding a call that was let in before. */
const REVOKED_LIMIT_MS = LONG_MS + 2000;

let stack: PrivateStack;
let admin: Api;
let api: Api;
let serviceId: string;
let stageId: string;
/** Of the region that the stage is in. */
let own: SpokenGateway;
/** Of another region. */
let stranger: SpokenGateway;
let deploymentId: string;
let snapshotHash: string;

async function newGateway(regionCode = 'KR1'): Promise<SpokenGateway & { readonly tokenId: string }> {
  const { id: tokenId, value } = await newGatewayToken(admin, regionCode);
  return Object.assign(new SpokenGateway(newId(), stack, undefined, value), { tokenId });
}

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0, controlPlanes: 2, variables: { REGIONS: 'KR1,KR2' } });
  admin = await asAdministrator(stack);
  api = await stack.newProject(0);
  [own, stranger] = [await newGateway(), await newGateway('KR2')];
  await Promise.all([own.manifest(), stranger.manifest('', 0, 'KR2')]);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  ({ stageId } = await api.createStage(serviceId, 'http://127.0.0.1'));
  await api.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`);
  ({ deploymentId = '', snapshotHash = '' } = (await own.wanted(stageId)) ?? {});
});

afterAll(() => stack.stop());

const batch = (): object => ({ batchId: newId(), counts: [countOf(stageId, Date.now())], apiKeyCounts: [] });

/** Every call of a gateway. */
const CALLS: Readonly<Record<string, (id: string, region: string) => [string, string, object?]>> = {
  manifest: (id, region) => ['GET', `/gateways/${id}/manifest?region=${region}&formatVersion=1&known=&waitMs=0`],
  access: (id, region) => ['GET', `/gateways/${id}/access?region=${region}&known=&waitMs=0`],
  snapshot: () => ['GET', `/snapshots/${deploymentId}`],
  receipts: (id) => [
    'POST',
    `/gateways/${id}/receipts`,
    { receipts: [{ deploymentId, snapshotHash, refusal: 'sabotage' }] },
  ],
  metrics: (id) => ['POST', `/gateways/${id}/metrics`, batch()],
  leave: (id) => ['DELETE', `/gateways/${id}`],
};

describe.each(Object.entries(CALLS))('%s', (name, callOf) => {
  it('is for nobody without a token, with a wrong one, or with one that was revoked', async () => {
    const revoked = await newGateway();
    await revoked.manifest();
    await admin.okPath('DELETE', `/v2.0/gateway-tokens/${revoked.tokenId}`);
    const before = await databaseFingerprint(stack);
    const [method, path, body] = callOf(own.id, 'KR1');
    for (const token of ['', 'wrong-token-of-some-length', `${stack.address.gatewayToken}x`]) {
      expect((await own.call(method, path, body, token)).status).toBe(401);
    }
    const [, ownPath] = callOf(revoked.id, 'KR1');
    expect((await revoked.call(method, ownPath, body)).status).toBe(401);
    expect(await databaseFingerprint(stack)).toEqual(before);
  });

  it('shows and changes nothing of another server group', async () => {
    const before = [await databaseFingerprint(stack), await receiptsOf(), await countedCalls()];
    const [method, path, body] = callOf(stranger.id, 'KR1');
    const answer = await stranger.call(method, path, body);
    const expected: Record<string, number> = { manifest: 403, access: 403, snapshot: 404 };
    expect(answer.status).toBe(expected[name] ?? 204);
    expect(await answer.text()).not.toContain(serviceId);
    expect([await databaseFingerprint(stack), await receiptsOf(), await countedCalls()]).toEqual(before);
    await stranger.manifest('', 0, 'KR2');
  });
});

const receiptsOf = () => stack.query('SELECT gateway_id, reason FROM deployment_receipt ORDER BY 1');
const countedCalls = () => stack.query('SELECT * FROM stage_metric WHERE stage_id = $1', [stageId]);

describe('a gateway', () => {
  it('cannot speak, nor leave, as one of another token, or of the shared one', async () => {
    const [other, shared] = [await newGateway(), new SpokenGateway(newId(), stack)];
    await Promise.all([other.manifest(), shared.manifest()]);
    for (const { id } of [own, shared]) {
      for (const name of ['manifest', 'access', 'receipts', 'metrics', 'leave']) {
        const [method, path, body] = CALLS[name]?.(id, 'KR1') ?? ['GET', ''];
        expect([name, (await other.call(method, path, body)).status]).toEqual([name, 403]);
      }
    }
    const rows = await stack.query('SELECT 1 FROM gateway WHERE id = ANY($1)', [[own.id, shared.id]]);
    expect(rows).toHaveLength(2);
    await shared.call('DELETE', `/gateways/${shared.id}`);
    expect(await receiptsOf()).toEqual([]);
  });

  it('that waits when its token is revoked is told nothing more, within bounded time', async () => {
    const waiting = await newGateway();
    const { hash } = await waiting.manifest();
    const path = `/gateways/${waiting.id}/manifest?region=KR1&formatVersion=1&known=${hash}&waitMs=${LONG_MS}`;
    const startedAt = performance.now();
    const answering = waiting.call('GET', path);
    await admin.okPath('DELETE', `/v2.0/gateway-tokens/${waiting.tokenId}`);
    expect((await answering).status).toBe(401);
    expect(performance.now() - startedAt).toBeLessThan(REVOKED_LIMIT_MS);
  });

  it('of fifty that ask at once is refused from the moment its token is revoked, the others are not', async () => {
    const fifty = await Promise.all(Array.from({ length: 50 }, () => newGateway()));
    await Promise.all(fifty.map((gateway) => gateway.manifest()));
    const revoked = fifty.slice(0, 25);
    await Promise.all(revoked.map(({ tokenId }) => admin.okPath('DELETE', `/v2.0/gateway-tokens/${tokenId}`)));
    const statuses = await Promise.all(
      fifty.map(async (gateway, at) => {
        const [method, path] = CALLS['manifest']?.(gateway.id, 'KR1') ?? ['GET', ''];
        const controlUrl = stack.controlPlanes[at % 2]?.url ?? '';
        return (await Object.assign(gateway, { controlUrl }).call(method, path)).status;
      }),
    );
    expect(statuses).toEqual(fifty.map((_gateway, at) => (at < 25 ? 401 : 200)));
    const rows = await stack.query('SELECT 1 FROM gateway WHERE id = ANY($1)', [revoked.map(({ id }) => id)]);
    expect(rows).toEqual([]);
  });

  it('with the shared token is let in for every region', async () => {
    const shared = new SpokenGateway(newId(), stack);
    expect((await shared.manifest('', 0, 'KR1')).stages).not.toEqual([]);
    const elsewhere = new SpokenGateway(newId(), stack);
    expect((await elsewhere.manifest('', 0, 'KR2')).stages).toEqual([]);
  });

  it('that has the shared token can be given a token of its region, when nobody can be using its id', async () => {
    const shared = new SpokenGateway(newId(), stack);
    await shared.manifest();
    const { value } = await newGatewayToken(admin);
    const taker = new SpokenGateway(shared.id, stack, undefined, value);
    const [method, path] = CALLS['manifest']?.(shared.id, 'KR1') ?? ['GET', ''];
    expect((await taker.call(method, path)).status).toBe(403);
    await stack.query("UPDATE gateway SET last_seen_at = now() - interval '11 seconds' WHERE id = $1", [shared.id]);
    expect((await taker.call(method, path)).status).toBe(200);
    expect((await shared.call(method, path)).status).toBe(403);
  });
});

describe('a control plane without a shared token', () => {
  it('lets gateways in by tokens of their own alone', async () => {
    const { url } = await stack.startControlPlane({ GATEWAY_TOKEN: '' });
    const shared = new SpokenGateway(newId(), stack, url);
    const [method, path] = CALLS['manifest']?.(shared.id, 'KR1') ?? ['GET', ''];
    expect((await shared.call(method, path)).status).toBe(401);
    const { value } = await newGatewayToken(admin);
    expect((await new SpokenGateway(shared.id, stack, url, value).call(method, path)).status).toBe(200);
  });
});

describe('the use of a token', () => {
  it('is noted once a minute, not with every call', async () => {
    const gateway = await newGateway();
    const writes = async () => stack.query('SELECT xmin FROM gateway_token WHERE id = $1', [gateway.tokenId]);
    await gateway.manifest();
    const first = await writes();
    for (let count = 0; count < 5; count += 1) await gateway.manifest();
    expect(await writes()).toEqual(first);
    await stack.query("UPDATE gateway_token SET last_used_at = now() - interval '61 seconds' WHERE id = $1", [
      gateway.tokenId,
    ]);
    const stale = await writes();
    await gateway.manifest();
    expect(await writes()).not.toEqual(stale);
  });
});
