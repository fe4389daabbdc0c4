import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../harness/api.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
});

describe('fifty clients of a service that is busy', () => {
  it('wait without keeping the clients of other services waiting', async () => {
    const [busy, other] = [await api.createService('busy'), await api.createService('other')];
    const holder = await stack.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM service WHERE id = $1 FOR UPDATE', [busy]);
    const waiting = fiftyAtOnce((index) =>
      api.call('POST', `/services/${busy}/resources`, { resourcePathList: [{ path: `/p${index}` }] }),
    );
    await stack.waitForLockWaiter(holder);
    const served = await fiftyAtOnce(() => api.call('PUT', `/services/${other}`, { apigwServiceName: 'served' }));
    await holder.query('ROLLBACK');
    await holder.end();
    expect(served).toEqual({ 0: 50 });
    expect(await waiting).toEqual({ 0: 50 });
  });
});
