import { parentPathOf, pathPatternOf } from '../../contract/paths.js';
import { type Queries, rowsOf } from '../../database/index.js';
import { newId } from '../../kernel/ids.js';
import type { PluginWrite } from './rules/changes.js';
import type { ResourceNode } from './rules/resource-tree.js';

/*
 * Rows go to the database as one JSON value per statement. createMany takes 0.3 ms of this process per row, in which
 * it answers nobody else; an import has thousands.
 */

/** Whose resources are written. */
export interface ResourceOwner {
  readonly projectId: string;
  readonly serviceId: string;
}

/** A resource to insert; an imported method brings its parameters and responses along. */
export type NewResource = ResourceNode & { readonly parameters?: object | null; readonly responses?: object | null };

/** Inserts resources with their plugins. */
export async function insertResources(
  queries: Queries,
  { projectId, serviceId }: ResourceOwner,
  resources: readonly NewResource[],
  now: Date,
): Promise<void> {
  if (resources.length === 0) return;
  const rows = JSON.stringify(resources.map(toRow));
  await rowsOf(queries)`
    INSERT INTO resource (id, project_id, service_id, path, path_pattern, parent_path, method_type, method_name,
      method_description, made_by_cors, parameters, responses, created_at, updated_at)
    SELECT id, ${projectId}, ${serviceId}, path, path_pattern, parent_path, method_type, method_name,
      method_description, made_by_cors, parameters, responses, ${now}, ${now}
    FROM jsonb_to_recordset(${rows}::jsonb) AS row(id text, path text, path_pattern text, parent_path text,
      method_type text, method_name text, method_description text, made_by_cors boolean, parameters jsonb,
      responses jsonb)`;
  const plugins = resources.flatMap(({ id: resourceId, plugins: settingsByType }) =>
    [...settingsByType].map(([type, settings]) => ({ resourceId, type, settings })),
  );
  await insertPlugins(queries, plugins, now);
}

function toRow({ id, path, method, parameters, responses }: NewResource): object {
  return {
    id,
    path,
    path_pattern: pathPatternOf(path),
    parent_path: method ? path : parentPathOf(path),
    method_type: method?.type,
    method_name: method?.name,
    method_description: method?.description,
    made_by_cors: method?.madeByCors ?? false,
    parameters,
    responses,
  };
}

/** Inserts plugins of resources that are there. */
export async function insertPlugins(queries: Queries, plugins: readonly PluginWrite[], now: Date): Promise<void> {
  if (plugins.length === 0) return;
  const rows = JSON.stringify(plugins.map((plugin) => ({ id: newId(), ...plugin })));
  await rowsOf(queries)`
    INSERT INTO resource_plugin (id, resource_id, plugin_type, config, created_at, updated_at)
    SELECT id, "resourceId", type, settings, ${now}, ${now}
    FROM jsonb_to_recordset(${rows}::jsonb) AS row(id text, "resourceId" text, type text, settings jsonb)`;
}

/** Inserts which resources use which models. */
export async function insertModelReferences(
  queries: Queries,
  references: readonly { readonly resourceId: string; readonly modelId: string }[],
): Promise<void> {
  if (references.length === 0) return;
  await rowsOf(queries)`
    INSERT INTO model_reference (resource_id, model_id)
    SELECT "resourceId", "modelId"
    FROM jsonb_to_recordset(${JSON.stringify(references)}::jsonb) AS row("resourceId" text, "modelId" text)`;
}

/** Inserts models of a service. */
export async function insertModels(
  queries: Queries,
  { projectId, serviceId }: ResourceOwner,
  models: readonly {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly schema: object;
  }[],
  now: Date,
): Promise<void> {
  if (models.length === 0) return;
  await rowsOf(queries)`
    INSERT INTO model (id, project_id, service_id, name, description, schema, created_at, updated_at)
    SELECT id, ${projectId}, ${serviceId}, name, description, schema, ${now}, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(models)}::jsonb) AS row(id text, name text, description text, schema jsonb)`;
}
