import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compareResources } from '../../src/modules/resources/rules/resource-order.js';
import type { Json } from '../harness/api.js';
import { headerPlugin } from '../resources/trees.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

/** As many as a service may have paths, but for its root. */
const OPERATIONS = 9_997;
const TABLES = ['service', 'resource', 'resource_plugin', 'stage', 'stage_resource', 'stage_resource_plugin'];

let stack: PrivateStack;

beforeAll(async () => {
  stack = await startPrivateStack({ variables: { MAX_METHODS: '10000' } });
  // Else the database may come to know of the large service in the middle of the test.
  for (const table of TABLES) await stack.query(`ALTER TABLE ${table} SET (autovacuum_enabled = false)`);
}, 120_000);

afterAll(() => stack.stop());

const documentOf = (operations: number): Json => ({
  swagger: '2.0',
  info: { title: 'large', version: '1' },
  paths: Object.fromEntries(
    Array.from({ length: operations }, (_none, at) => [
      `/item${at}`,
      { get: { responses: { 200: { description: '' } } } },
    ]),
  ),
});

it('makes and deploys a stage of 10,000 routes while the database knows of small services alone', async () => {
  const api = await stack.newProject();
  for (const operations of [1, 10, 50, 100]) {
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, documentOf(operations));
    await api.createStage(serviceId, 'http://127.0.0.1:1');
  }
  await stack.query(`ANALYZE ${TABLES.join()}`);
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, documentOf(OPERATIONS));
  const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1:1');
  await api.deploy(serviceId, stageId);
  const { stageList } = await api.ok('GET', `/services/${serviceId}/stages`);
  expect(stageList).toMatchObject([{ stageId }]);
}, 120_000);

it('lists all of many resources once, in their order, and all that one change has reached', async () => {
  const operations = 700;
  const api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, documentOf(operations));
  const { resourceList } = await api.ok('GET', `/services/${serviceId}/resources`);
  // The root, and each path with its method.
  expect(resourceList).toHaveLength(2 * operations + 1);
  expect(new Set(resourceList.map(({ resourceId }: Json) => resourceId)).size).toBe(resourceList.length);
  expect(resourceList).toEqual(resourceList.toSorted(compareResources));
  const [root] = resourceList;
  const pathPluginList = [{ ...headerPlugin('X-A'), applyChildPath: true }];
  const changed = await api.ok('PUT', `/services/${serviceId}/resource-paths/${root.resourceId}`, { pathPluginList });
  expect(changed.resourceList.map(({ resourceId }: Json) => resourceId)).toEqual(
    resourceList.map(({ resourceId }: Json) => resourceId),
  );
}, 60_000);
