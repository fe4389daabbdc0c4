import { AccessRows } from './access-rows.js';
import type { Api, Json } from './api.js';
import { mockDocument } from './documents.js';
import type { Stack } from './stack.js';

/** A deployed stage with GET /hello. */
export interface KeyedStage {
  readonly api: Api;
  readonly rows: AccessRows;
  readonly serviceId: string;
  readonly stageId: string;
  readonly host: string;
}

/** Deploys a stage whose root path has these stage plugins; `pluginsOf` gets the service's id and the rows. */
export async function deployWithPlugins(
  stack: Stack,
  pluginsOf: (serviceId: string, rows: AccessRows) => Json,
): Promise<KeyedStage> {
  const api = await stack.newProject();
  const rows = await AccessRows.of(stack, api);
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
  const stage = `/services/${serviceId}/stages/${stageId}`;
  const { stageResourceList } = await api.ok('GET', `${stage}/resources`);
  const root = stageResourceList.find((one: Json) => one.path === '/' && one.methodType === null);
  await api.ok('PUT', `${stage}/resources/${root.stageResourceId}`, {
    stageResourcePluginList: await pluginsOf(serviceId, rows),
  });
  const deployment = await api.deploy(serviceId, stageId);
  if (deployment.deployStatus !== 'COMPLETE') throw new Error(JSON.stringify(deployment));
  return { api, rows, serviceId, stageId, host: stageUrl };
}
