import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AccessPage } from '../../src/contract/access.js';
import { snapshotSchema } from '../../src/contract/snapshot.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { until } from './support/until.js';

const HOST = 'kr1-service0000000000001-alpha.api.localhost';
const folder = new URL('../contract/golden/v1/', import.meta.url);

const golden = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const receiptFor = async (snapshot: { stageId: string }) =>
  gateway.controlPlane.receiptOf(gateway.controlPlane.deploy([HOST], snapshot));

it('a gateway serves what a control plane of version 1 has made', async () => {
  const { refusal } = await receiptFor(snapshotSchema.parse(golden('snapshot')));
  expect(refusal).toBeNull();
  const answer = await gateway.call('/hello', { host: HOST });
  // Its IP_ACL holds.
  expect([answer.status, answer.json().header.resultCode]).toEqual([403, 4031007]);
});

it('a gateway takes an access page of version 1, with members that it does not know', async () => {
  const page = golden('access-page') as AccessPage;
  gateway.controlPlane.access.change(Object.assign(page, { memberOfTomorrow: true }));
  const { asked, cursor } = gateway.controlPlane.access;
  await until(() => asked.includes(cursor));
  expect(asked).toContain(cursor);
});

it('a gateway keeps what it has when a snapshot is of a newer version, and says why', async () => {
  const newer = { ...snapshotSchema.parse(golden('snapshot')), formatVersion: 2 };
  expect((await receiptFor(newer)).refusal).toContain('formatVersion');
  const answer = await gateway.call('/hello', { host: HOST });
  expect(answer.json().header.resultCode).toBe(4031007);
});
