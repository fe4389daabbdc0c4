import type { Queries } from '../../database/index.js';
import {
  insertModelReferences,
  insertModels,
  insertPlugins,
  insertResources,
  raiseRevision,
  type ResourceOwner,
} from './insert.queries.js';
import { toNode } from './resources.queries.js';
import type { ServiceContent } from './rules/difference.js';
import type { StoredParameters, StoredResponses } from './rules/imported.js';
import type { ImportPages } from './rules/row-texts.js';

/** Everything that an import of a service replaces. */
export async function readContent(queries: Queries, serviceId: string): Promise<ServiceContent> {
  const resources = await queries.resource.findMany({ where: { serviceId }, include: { plugins: true } });
  const models = await queries.model.findMany({ where: { serviceId } });
  return {
    resources: resources.map((row) => ({
      ...toNode(row),
      parameters: row.parameters as unknown as StoredParameters | null,
      responses: row.responses as unknown as StoredResponses | null,
    })),
    models: models.map((model) => ({ ...model, schema: model.schema as object })),
  };
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
