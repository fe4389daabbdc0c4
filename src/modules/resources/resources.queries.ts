import type { HttpMethod, ResourcePluginType } from '../../contract/plugins/index.js';
import { type Queries, rowsOf, sqlStatement } from '../../database/index.js';
import { canonicalJson } from '../../kernel/canonical-json.js';
import { sortInSlices } from '../../kernel/steps.js';
import { createResources, insertPlugins, raiseRevision, type ResourceOwner } from './insert.queries.js';
import {
  pluginList,
  type ReadResource,
  resourceColumns,
  type ResourceRow,
  withDates,
} from './resource-rows.queries.js';
import type { Changes, PluginWrite } from './rules/changes.js';
import { compareResources } from './rules/resource-order.js';
import { pluginText, resourceTexts } from './rules/row-texts.js';
import { type ResourceNode, ResourceTree } from './rules/resource-tree.js';

/** Ids in one statement, which takes at most 32,767 values. */
const BATCH_ROWS = 10_000;
/** Rows that are read at a time: while this process takes in the answer of a statement it answers nobody. */
const PAGE_ROWS = 250;

/** What is selected of a resource `r`. */
const columns = sqlStatement`${resourceColumns},
  (SELECT ${pluginList} FROM resource_plugin p WHERE p.resource_id = r.id) AS plugins`;

/**
 * Resources of a service in the order of compareResources: all, or those of the ids that are given. Ask within a
 * transaction where all have to be of one moment.
 */
export async function listResources(
  queries: Queries,
  serviceId: string,
  ids: readonly string[] | null = null,
): Promise<ResourceRow[]> {
  const resources: ResourceRow[] = [];
  for (let last: ReadResource | undefined; ;) {
    const rows = await (ids ? readSome(queries, serviceId, ids, last) : readPage(queries, serviceId, last));
    resources.push(...rows.map(withDates));
    if (rows.length < PAGE_ROWS) return inOrder(resources);
    last = rows.at(-1);
  }
}

/** Some resources of a service, all when there are no more than `count`, in the order of compareResources. */
export async function listSomeResources(queries: Queries, serviceId: string, count: number): Promise<ResourceRow[]> {
  const rows = await readPage(queries, serviceId, undefined, count);
  return inOrder(rows.map(withDates));
}

/** Resources in the order in which they are shown. */
export function inOrder(rows: ResourceRow[]): Promise<ResourceRow[]> {
  return sortInSlices(rows, compareResources);
}

/** Some resources of a service behind one that was read, in the order of the index that leads to them. */
function readPage(
  queries: Queries,
  serviceId: string,
  last: ReadResource | undefined,
  count = PAGE_ROWS,
): Promise<ReadResource[]> {
  return rowsOf<ReadResource>(queries)`
    SELECT ${columns} FROM resource r
    WHERE r.service_id = ${serviceId} AND (r.path, r.id) > (${last?.path ?? ''}, ${last?.id ?? ''})
    ORDER BY r.path, r.id LIMIT ${count}`;
}

/** The same of those with the ids. A statement of its own: one for both would find a single one among all of a service. */
function readSome(
  queries: Queries,
  serviceId: string,
  ids: readonly string[],
  last: ReadResource | undefined,
): Promise<ReadResource[]> {
  return rowsOf<ReadResource>(queries)`
    SELECT ${columns} FROM resource r
    WHERE r.id = ANY(${ids}) AND r.service_id = ${serviceId} AND r.id > ${last?.id ?? ''}
    ORDER BY r.id LIMIT ${PAGE_ROWS}`;
}

/** A resource of a service; null when there is none. */
export async function findResource(
  queries: Queries,
  serviceId: string,
  resourceId: string,
): Promise<ResourceRow | null> {
  const [row] = await listResources(queries, serviceId, [resourceId]);
  return row ?? null;
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

/**
 * Writes changes of a service's resources and counts its revision up; gives the resources that are new. The caller holds
 * the service's lock.
 */
export async function saveChanges(queries: Queries, owner: ResourceOwner, changes: Changes): Promise<ResourceRow[]> {
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
  const created = await saveNew(queries, owner, changes, now);
  await savePlugins(queries, changes, now);
  return created;
}

async function saveNew(
  queries: Queries,
  owner: ResourceOwner,
  { created }: Changes,
  now: Date,
): Promise<ResourceRow[]> {
  if (created.length > 0) {
    const rows = await createResources(queries, owner, resourceTexts(created), now);
    return rows.map(withDates);
  }
  await raiseRevision(queries, owner.serviceId);
  return [];
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
  await insertPlugins(queries, [pluginText(changes.addedPlugins)], now);
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
