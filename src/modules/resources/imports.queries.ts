import { type Queries, rowsOf, type SqlPart, sqlStatement } from '../../database/index.js';
import { beginInSlices, type Steps } from '../../kernel/steps.js';
import {
  insertModelReferences,
  insertModels,
  insertPlugins,
  insertResources,
  raiseRevision,
  type ResourceOwner,
} from './insert.queries.js';
import type { ContentPages, ImportPages, RowPage } from './rules/content-pages.js';

/** Rows of a page of what is there, 90 KB where they are methods. */
const PAGE_ROWS = 250;
const PAGES_AT_A_TIME = 2;

/** Everything that an import of a service replaces. The caller holds the service's lock. */
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
    models: await readPages(queries, models),
    resources: await readPages(queries, resources),
    plugins: await readPages(queries, plugins),
  };
}

/** The rows of a statement as JSON that the database makes, in pages. */
async function readPages(queries: Queries, statement: SqlPart): Promise<RowPage[]> {
  const pages = await rowsOf<{ readonly rows: string }>(queries, PAGES_AT_A_TIME)`
    SELECT json_agg(one)::text AS rows
    FROM (SELECT to_json(found) AS one, (row_number() OVER () - 1) / ${PAGE_ROWS}::int AS page FROM (${statement}) found) numbered
    GROUP BY page`;
  return beginInSlices(encodeSteps(pages.map(({ rows }) => rows)));
}

function* encodeSteps(texts: readonly string[]): Steps<RowPage[]> {
  const encoder = new TextEncoder();
  const pages: RowPage[] = [];
  for (const text of texts) {
    pages.push(encoder.encode(text));
    yield;
  }
  return pages;
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
