import { type Queries, rowsOf, type SqlPart, sqlStatement } from '../../database/index.js';
import { pluginList, type ReadResource, resourceColumns } from './resource-rows.queries.js';
import type { RowPage } from './rules/content-pages.js';
import { NO_ROWS, type ResourceTexts } from './rules/row-texts.js';

/** Whose resources are written. */
export interface ResourceOwner {
  readonly projectId: string;
  readonly serviceId: string;
}

/** The statement that says that the resources of a service are not what they were, for stages that compare. */
function revisionRise(serviceId: string): SqlPart {
  return sqlStatement`UPDATE service SET resource_revision = resource_revision + 1 WHERE id = ${serviceId}`;
}

/** Rows as JSON: a text, or its bytes. Of type json and not jsonb, of which bytes would be another form. */
type Rows = string | RowPage;

function resourcesInsert({ projectId, serviceId }: ResourceOwner, rows: Rows, now: Date): SqlPart {
  return sqlStatement`
    INSERT INTO resource (id, project_id, service_id, path, path_pattern, parent_path, method_type, method_name,
      method_description, made_by_cors, parameters, responses, created_at, updated_at)
    SELECT id, ${projectId}, ${serviceId}, path, path_pattern, parent_path, method_type, method_name,
      method_description, made_by_cors, parameters, responses, ${now}::timestamptz, ${now}::timestamptz
    FROM json_to_recordset(${rows}::json) AS row(id text, path text, path_pattern text, parent_path text,
      method_type text, method_name text, method_description text, made_by_cors boolean, parameters jsonb,
      responses jsonb)`;
}

function pluginsInsert(rows: Rows, now: Date): SqlPart {
  return sqlStatement`
    INSERT INTO resource_plugin (id, resource_id, plugin_type, config, created_at, updated_at)
    SELECT id, "resourceId", type, settings, ${now}::timestamptz, ${now}::timestamptz
    FROM json_to_recordset(${rows}::json) AS row(id text, "resourceId" text, type text, settings jsonb)`;
}

/** Says that the resources of a service are not what they were. */
export async function raiseRevision(queries: Queries, serviceId: string): Promise<void> {
  await rowsOf(queries)`${revisionRise(serviceId)}`;
}

/** Inserts resources of an import, without their plugins and without raising the revision of their service. */
export async function insertResources(
  queries: Queries,
  owner: ResourceOwner,
  pages: readonly RowPage[],
  now: Date,
): Promise<void> {
  for (const page of pages) await rowsOf(queries)`${resourcesInsert(owner, page, now)}`;
}

/** Inserts resources with their plugins, raises the revision of their service and gives them as they are stored. */
export function createResources(
  queries: Queries,
  owner: ResourceOwner,
  { resources, plugins }: ResourceTexts,
  now: Date,
): Promise<ReadResource[]> {
  return rowsOf<ReadResource>(queries)`
    WITH revision AS (${revisionRise(owner.serviceId)}),
      r AS (${resourcesInsert(owner, resources, now)} RETURNING *),
      p AS (${pluginsInsert(plugins, now)} RETURNING *),
      listed AS (SELECT p.resource_id, ${pluginList} AS plugins FROM p GROUP BY p.resource_id)
    SELECT ${resourceColumns}, listed.plugins FROM r LEFT JOIN listed ON listed.resource_id = r.id`;
}

/** Inserts plugins of resources that are there; each of `pages` is what pluginText gives, or a page of an import. */
export async function insertPlugins(queries: Queries, pages: readonly Rows[], now: Date): Promise<void> {
  for (const page of pages) {
    if (page !== NO_ROWS) await rowsOf(queries)`${pluginsInsert(page, now)}`;
  }
}

/** Inserts which resources use which models. */
export async function insertModelReferences(queries: Queries, pages: readonly RowPage[]): Promise<void> {
  for (const page of pages) {
    await rowsOf(queries)`
      INSERT INTO model_reference (resource_id, model_id)
      SELECT "resourceId", "modelId"
      FROM json_to_recordset(${page}::json) AS row("resourceId" text, "modelId" text)`;
  }
}

/** Inserts models of a service. */
export async function insertModels(
  queries: Queries,
  { projectId, serviceId }: ResourceOwner,
  pages: readonly RowPage[],
  now: Date,
): Promise<void> {
  for (const page of pages) {
    await rowsOf(queries)`
      INSERT INTO model (id, project_id, service_id, name, description, schema, created_at, updated_at)
      SELECT id, ${projectId}, ${serviceId}, name, description, schema, ${now}, ${now}
      FROM json_to_recordset(${page}::json) AS row(id text, name text, description text, schema jsonb)`;
  }
}
