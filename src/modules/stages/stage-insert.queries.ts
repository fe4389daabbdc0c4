import { type Queries, rowsOf } from '../../database/index.js';
import { newId } from '../../kernel/ids.js';
import { sortInSlices } from '../../kernel/steps.js';
import { compareResources } from '../resources/index.js';
import type { StagePluginSettings, StageResourceSettings } from './stage-settings.js';

/*
 * Rows go to the database as one JSON value per statement: createMany takes 0.3 ms of this process per row, in which
 * it answers nobody else, and a stage has thousands. So do 6,000 rows in one value for a tenth of a second.
 */

const ROWS_AT_A_TIME = 1000;

/** Inserts resources of a stage with their plugins, under new ids; gives them as they would be read. Dates are kept. */
export async function insertStageResources(
  queries: Queries,
  stageId: string,
  resources: readonly StageResourceSettings[],
): Promise<StageResourceSettings[]> {
  const inserted: StageResourceSettings[] = [];
  for (let at = 0; at < resources.length; at += ROWS_AT_A_TIME) {
    inserted.push(...(await insertSome(queries, stageId, resources.slice(at, at + ROWS_AT_A_TIME))));
  }
  return sortInSlices(inserted, compareResources);
}

async function insertSome(
  queries: Queries,
  stageId: string,
  resources: readonly StageResourceSettings[],
): Promise<StageResourceSettings[]> {
  const renamed = resources.map((resource) => ({
    ...resource,
    id: newId(),
    plugins: resource.plugins.map((plugin) => ({ ...plugin, id: newId() })).toSorted(byType),
  }));
  const rows = JSON.stringify(renamed.map(({ plugins: _plugins, ...row }) => row));
  await rowsOf(queries)`
    INSERT INTO stage_resource (id, stage_id, path, parent_path, method_type, method_name, method_description,
      made_by_cors, custom_backend_endpoint_url, created_at, updated_at)
    SELECT id, ${stageId}, path, "parentPath", "methodType", "methodName", "methodDescription",
      "madeByCors", "customBackendEndpointUrl", "createdAt", "updatedAt"
    FROM jsonb_to_recordset(${rows}::jsonb) AS row(id text, path text, "parentPath" text, "methodType" text,
      "methodName" text, "methodDescription" text, "madeByCors" boolean, "customBackendEndpointUrl" text,
      "createdAt" timestamptz, "updatedAt" timestamptz)`;
  const plugins = renamed.flatMap((resource) =>
    resource.plugins.map((plugin) => ({ ...plugin, stageResourceId: resource.id })),
  );
  await rowsOf(queries)`
    INSERT INTO stage_resource_plugin (id, stage_resource_id, plugin_type, config, created_at, updated_at)
    SELECT id, "stageResourceId", "pluginType", config, "createdAt", "updatedAt"
    FROM jsonb_to_recordset(${JSON.stringify(plugins)}::jsonb) AS row(id text, "stageResourceId" text,
      "pluginType" text, config jsonb, "createdAt" timestamptz, "updatedAt" timestamptz)`;
  return renamed;
}

function byType(one: StagePluginSettings, other: StagePluginSettings): number {
  return one.pluginType < other.pluginType ? -1 : 1;
}
