import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { type Stack, useStack } from '../harness/stack.js';

/** As many as they may have. */
const SERVICES_OF_A_PROJECT = 10;
/** Fifty services: more than a control plane has connections to its database, or threads that read documents. */
const PROJECTS = 5;
const OPERATIONS = 50;
const MODELS = 200;
/** Of a control plane to its database. */
const CONNECTIONS = 20;

let stack: Stack;

beforeAll(async () => {
  stack = await useStack();
});

/** Tells how to ask for a dry run over a new service. */
async function dryRunsOf(api: Api): Promise<(swaggerData: object) => Promise<Json>> {
  const serviceId = await api.createService();
  return (swaggerData) => api.ok('POST', `/services/${serviceId}/resources/import?dryRun=true`, { swaggerData });
}

/** A document that keeps a thread for a while. */
function largeDocument(): object {
  const paths: Json = {};
  for (let at = 0; at < OPERATIONS; at += 1) paths[`/p${at}`] = { get: { responses: { 200: { description: 'x' } } } };
  const definitions: Json = {};
  for (let at = 0; at < MODELS; at += 1) {
    const fields = Array.from({ length: 50 }, (_unused, field) => [`field${field}`, { type: 'string' }]);
    definitions[`Model${at}`] = { type: 'object', properties: Object.fromEntries(fields) };
  }
  return { swagger: '2.0', info: { title: 'large', version: '1' }, paths, definitions };
}

describe('fifty clients', () => {
  it('that ask for a dry run at once, each of a service of its own, keep no connection from others', async () => {
    const other = await stack.newProject();
    const dryRuns: Awaited<ReturnType<typeof dryRunsOf>>[] = [];
    for (let project = 0; project < PROJECTS; project += 1) {
      const api = await stack.newProject();
      for (let service = 0; service < SERVICES_OF_A_PROJECT; service += 1) dryRuns.push(await dryRunsOf(api));
    }
    const swaggerData = largeDocument();
    let isRunning = true;
    const runs = Promise.all(dryRuns.map((run) => run(swaggerData))).finally(() => (isRunning = false));
    runs.catch(() => undefined);
    const held: number[] = [];
    while (isRunning) {
      const [row] = await stack.query<{ count: string }>(
        `SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'gatewright control plane'
           AND state = 'idle in transaction' AND state_change < clock_timestamp() - interval '250 ms'`,
      );
      held.push(Number(row?.count));
      await other.ok('GET', '/services');
    }
    for (const { difference } of await runs) expect(difference.added).toHaveLength(2 * OPERATIONS);
    expect(Math.max(...held)).toBeLessThan(CONNECTIONS / 2);
  });
});
