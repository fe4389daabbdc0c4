import type { HttpMethod, ResourcePluginType } from '../../contract/plugins/index.js';
import type { Prisma, Queries } from '../../database/index.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { insertPlugins, insertResources, type ResourceOwner } from './insert.queries.js';
import type { Changes, PluginWrite } from './rules/changes.js';
import { compareResources } from './rules/resource-order.js';
import { type ResourceNode, ResourceTree } from './rules/resource-tree.js';

const shape = {
  omit: { parameters: true, responses: true },
  include: { plugins: { orderBy: { pluginType: 'asc' } } },
} as const;

/** A resource with its plugins, without its parameters and responses. */
export type ResourceRow = Prisma.ResourceGetPayload<typeof shape>;

/** Ids in one statement, which takes at most 32,767 values. */
const BATCH_ROWS = 10_000;

/** All resources of a service in the order of {@link compareResources}. */
export async function listResources(queries: Queries, serviceId: string): Promise<ResourceRow[]> {
  const rows = await queries.resource.findMany({ where: { serviceId }, ...shape });
  return rows.toSorted(compareResources);
}

/** A resource of a service; null when there is none. */
export function findResource(queries: Queries, serviceId: string, resourceId: string): Promise<ResourceRow | null> {
  return queries.resource.findFirst({ where: { id: resourceId, serviceId }, ...shape });
}

/** Those of the ids that name a model of the service. Ask under the service's lock. */
export async function findKnownModelIds(
  queries: Queries,
  serviceId: string,
  modelIds: readonly string[],
): Promise<Set<string>> {
  const rows = await queries.model.findMany({ where: { serviceId, id: { in: [...modelIds] } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** The rows as the tree that the rules work on. */
export function toTree(rows: readonly ResourceRow[]): ResourceTree {
  return new ResourceTree(rows.map(toNode));
}

/** A row as the rules see it. */
export function toNode({
  id,
  path,
  methodType,
  methodName,
  methodDescription,
  madeByCors,
  plugins,
}: ResourceRow): ResourceNode {
  const type = methodType as HttpMethod | null;
  const settings = plugins.map(
    ({ pluginType, config }) => [pluginType as ResourcePluginType, config as object] as const,
  );
  return {
    id,
    path,
    method: type && { type, name: methodName ?? '', description: methodDescription, madeByCors },
    plugins: new Map(settings),
  };
}

/** Writes changes of a service's resources and counts its revision up. The caller holds the service's lock. */
export async function saveChanges(queries: Queries, owner: ResourceOwner, changes: Changes): Promise<void> {
  const now = new Date();
  for (const ids of batches(changes.deletedIds)) {
    await queries.resource.deleteMany({ where: { id: { in: ids } } });
  }
  for (const { id, method } of changes.renamed) {
    const data = { methodName: method.name, methodDescription: method.description };
    await queries.resource.update({ where: { id }, data, select: { id: true } });
  }
  for (const ids of batches(changes.touchedIds)) {
    await queries.resource.updateMany({ where: { id: { in: ids } }, data: { updatedAt: now } });
  }
  await insertResources(queries, owner, changes.created, now);
  await savePlugins(queries, changes, now);
  await raiseRevision(queries, owner.serviceId);
}

async function savePlugins(queries: Queries, changes: Changes, now: Date): Promise<void> {
  const deleted = groupBy(changes.deletedPlugins, ({ type }) => type);
  for (const [pluginType, entries] of deleted) {
    for (const batch of batches(entries)) {
      await queries.resourcePlugin.deleteMany({ where: { pluginType, resourceId: { in: resourceIds(batch) } } });
    }
  }
  // One setting usually goes to many resources (applyChildPath): equal ones are written together.
  const changed = groupBy(changes.changedPlugins, ({ type, settings }) => `${type} ${canonicalJson(settings)}`);
  for (const entries of changed.values()) {
    for (const batch of batches(entries)) {
      const [{ type, settings }] = batch as [PluginWrite];
      await queries.resourcePlugin.updateMany({
        where: { pluginType: type, resourceId: { in: resourceIds(batch) } },
        data: { config: settings, updatedAt: now },
      });
    }
  }
  await insertPlugins(queries, changes.addedPlugins, now);
}

/** Says that the resources of a service are not what they were, for stages that compare. */
export async function raiseRevision(queries: Queries, serviceId: string): Promise<void> {
  const data = { resourceRevision: { increment: 1 } };
  await queries.service.update({ where: { id: serviceId }, data, select: { id: true } });
}

function resourceIds(plugins: readonly { readonly resourceId: string }[]): string[] {
  return plugins.map(({ resourceId }) => resourceId);
}

function* batches<Item>(items: readonly Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += BATCH_ROWS) yield items.slice(at, at + BATCH_ROWS);
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
