import { type Queries, rowsOf, type SqlPart, sqlStatement } from '../../database/index.js';
import { beginInSlices, mapSteps } from '../../kernel/steps.js';
import {
  insertModelReferences,
  insertModels,
  insertPlugins,
  insertResources,
  raiseRevision,
  type ResourceOwner,
} from './insert.queries.js';
import type { ContentPages, ImportPages, RowPage } from './rules/content-pages.js';

/** Rows of a page of what is there: 90 KB where they are methods. */
const ROWS_OF_A_PAGE = 250;
/** A model may have 64 KB. */
const MODELS_OF_A_PAGE = 20;
const PAGES_AT_A_TIME = 2;

/** Everything that an import of a service replaces. Ask within a transaction, so that it is of one moment. */
export async function readContent(queries: Queries, serviceId: string): Promise<ContentPages> {
  const models = sqlStatement`
    SELECT id, name, description, schema FROM model WHERE service_id = ${serviceId}`;
  const resources = sqlStatement`
    SELECT id, path, method_type, method_name, method_description, made_by_cors, parameters, responses
    FROM resource WHERE service_id = ${serviceId}`;
  const plugins = sqlStatement`
    SELECT p.resource_id AS "resourceId", p.plugin_type AS type, p.config AS settings
    FROM resource_plugin p JOIN resource r ON r.id = p.resource_id WHERE r.service_id = ${serviceId}`;
  return {
    models: await readPages(queries, models, MODELS_OF_A_PAGE),
    resources: await readPages(queries, resources, ROWS_OF_A_PAGE),
    plugins: await readPages(queries, plugins, ROWS_OF_A_PAGE),
  };
}

/** The rows of a statement as JSON that the database makes, in pages. */
async function readPages(queries: Queries, statement: SqlPart, rowsOfAPage: number): Promise<RowPage[]> {
  const pages = await rowsOf<{ readonly rows: string }>(queries, PAGES_AT_A_TIME)`
    SELECT json_agg(one)::text AS rows
    FROM (SELECT to_json(found) AS one, (row_number() OVER () - 1) / ${rowsOfAPage}::int AS page
          FROM (${statement}) found) numbered
    GROUP BY page`;
  const encoder = new TextEncoder();
  return beginInSlices(mapSteps(pages, ({ rows }) => encoder.encode(rows)));
}

/** Puts what was imported in the place of all resources and models of a service. The caller holds the service's lock. */
export async function replaceContent(queries: Queries, owner: ResourceOwner, pages: ImportPages): Promise<void> {
  const now = new Date();
  const { serviceId } = owner;
  await deleteContent(queries, serviceId);
  await insertModels(queries, owner, pages.models, now);
  await insertResources(queries, owner, pages.resources, now);
  await insertPlugins(queries, pages.plugins, now);
  await insertModelReferences(queries, pages.references);
  await raiseRevision(queries, serviceId);
}

/** Deletes all resources and models of a service. The caller holds the service's lock. */
export async function deleteContent(queries: Queries, serviceId: string): Promise<void> {
  // Deleting the resources deletes their references to models, which would keep the models from being deleted.
  await queries.resource.deleteMany({ where: { serviceId } });
  await queries.model.deleteMany({ where: { serviceId } });
}
