import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SNAPSHOT_FORMAT_VERSION } from '../../src/contract/snapshot.js';
import { newId } from '../../src/kernel/ids.js';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const folder = new URL('../contract/golden/v1/', import.meta.url);

/** A message of version 1 with other ids, as text. */
function spoken(name: string, ids: Readonly<Record<string, string>>): object {
  const text = readFileSync(new URL(`${name}.json`, folder), 'utf8');
  const replaced = Object.entries(ids).reduce((whole, [old, id]) => whole.replaceAll(old, id), text);
  return JSON.parse(replaced) as object;
}

let stack: PrivateStack;
let api: Api;
let deploys: string;
let serviceId: string;
let stageId: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  api = await stack.newProject(0);
  serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  ({ stageId } = await api.createStage(serviceId, 'http://127.0.0.1'));
  deploys = `/services/${serviceId}/stages/${stageId}/deploys`;
});

afterAll(() => stack.stop());

describe('a gateway of version 1', () => {
  it('is understood by the control plane, and gets what it understands', async () => {
    const gateway = new SpokenGateway(newId(), stack);
    await gateway.manifest();
    const { deployId } = await api.ok('POST', deploys);
    const wanted = await gateway.wanted(stageId);
    expect(Object.keys(wanted ?? {}).toSorted()).toEqual(['deploymentId', 'hosts', 'snapshotHash', 'stageId']);
    const answer = await gateway.call('GET', `/snapshots/${deployId}`);
    expect(await answer.json()).toMatchObject({ hash: wanted?.snapshotHash, snapshot: { formatVersion: 1 } });
    const today = new Date().toISOString();
    const ids = {
      stage000000000000001: stageId,
      deployment0000000001: deployId,
      '2026-11-28T06:00:00.000Z': today,
      '2026-11-28T06:01:00.000Z': today,
    };
    const receipts = spoken('receipts', { ...ids, [pinnedHash()]: wanted?.snapshotHash ?? '' });
    expect((await gateway.call('POST', `/gateways/${gateway.id}/receipts`, receipts)).status).toBe(204);
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
    const counts = { ...spoken('metrics', ids), memberOfTomorrow: 1 };
    expect((await gateway.call('POST', `/gateways/${gateway.id}/metrics`, counts)).status).toBe(204);
    const rows = await stack.query<{ sum: string }>(
      "SELECT sum(status_2xx + status_4xx)::text AS sum FROM stage_metric WHERE stage_id = $1 AND unit = 'ONE_DAYS'",
      [stageId],
    );
    expect(rows[0]?.sum).toBe('5');
    await gateway.call('DELETE', `/gateways/${gateway.id}`);
  });
});

function pinnedHash(): string {
  const { stages } = spoken('manifest', {}) as { stages: { snapshotHash: string }[] };
  return stages[0]?.snapshotHash ?? '';
}

describe('a gateway that is older than what would be deployed', () => {
  it('is named, and nothing is deployed, until it is upgraded or gone', async () => {
    const [newer, older] = [new SpokenGateway('newer', stack), new SpokenGateway('older', stack)];
    await Promise.all([newer.manifest(), older.manifest()]);
    await stack.query('UPDATE gateway SET format_version = $1 WHERE id = $2', [SNAPSHOT_FORMAT_VERSION - 1, 'older']);
    await api.ok('PUT', `/services/${serviceId}/stages/${stageId}`, {
      backendEndpointUrl: 'http://127.0.0.1:10001',
      stageDescription: '',
    });
    await api.importSwagger(serviceId, mockDocument('changed'));
    await api.ok('PUT', `/services/${serviceId}/stages/${stageId}/resources`);
    expectError(await api.call('POST', deploys), 'NO_LIVE_GATEWAY', ['older']);
    await older.call('DELETE', '/gateways/older');
    await api.ok('POST', deploys);
    await newer.receipt(stageId);
    expect(await api.waitForDeployment(serviceId, stageId)).toMatchObject({ deployStatus: 'COMPLETE' });
  });
});
