import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../../harness/api.js';
import { mockDocument } from '../../harness/documents.js';
import { holdRow } from '../../harness/encounters.js';
import { type PrivateStack, startPrivateStack } from '../../harness/stack.js';

const POLL_INTERVAL_MS = 20;
const WAIT_MS = 10_000;

let stack: PrivateStack;
let api: Api;

beforeEach(async () => {
  stack = await startPrivateStack();
  api = await stack.newProject();
});

afterEach(() => stack.stop());

/** Waits until the control plane takes no more connections. */
async function untilClosed(): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (
    await fetch(`${stack.address.controlUrl}/health/live`, { headers: { connection: 'close' } }).then(
      (answer) => answer.status === 200,
      () => false,
    )
  ) {
    if (Date.now() > deadline) throw new Error('The control plane takes calls');
    await delay(POLL_INTERVAL_MS);
  }
}

describe('a control plane that is asked to stop', () => {
  it('finishes the call that runs, with what it needs of the database', async () => {
    const serviceId = await api.createService('before');
    const holder = await stack.connect();
    try {
      await holder.query('BEGIN');
      const [sql, ...values] = holdRow('service', serviceId);
      await holder.query(sql, values);
      const answering = api.call('POST', `/services/${serviceId}/resources/import`, { swaggerData: mockDocument() });
      await stack.waitForLockWaiter(holder);
      const ended = stack.controlPlanes[0]?.stop();
      await untilClosed();
      await holder.query('COMMIT');
      expect(await answering).toMatchObject({ status: 200 });
      await ended;
    } finally {
      await holder.end();
    }
    const rows = await stack.query('SELECT 1 FROM resource WHERE service_id = $1', [serviceId]);
    expect(rows.length).toBeGreaterThan(1);
  });
});
