import { Injectable } from '@nestjs/common';
import { lockService, type Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';
import {
  keepResources,
  notRestorable,
  readKept,
  type RecycleBinItemRow,
  restorationError,
  type Restored,
  type Restorer,
  Restorers,
  restoreTables,
  serviceMissing,
} from '../recycle-bin/index.js';
import type { Tenant } from '../tenancy/index.js';
import { deleteContent } from './imports.queries.js';
import { raiseRevision } from './insert.queries.js';
import { findKnownModelIds, listResources, toTree } from './resources.queries.js';
import { limitFault, type ResourceCounts } from './rules/limits.js';
import { obstaclesOf, treeWithKept } from './rules/restore.js';

/** Puts back deleted resources, and the sets of resources and models that imports have replaced. */
@Injectable()
export class ResourcesRestorer {
  constructor(
    restorers: Restorers,
    private readonly settings: Settings,
  ) {
    const unique = { resource_path_key: 'RESOURCE_DUPLICATED', resource_method_key: 'RESOURCE_DUPLICATED' } as const;
    const within = 'service';
    const ofImport: Restorer = { within, unique, restore: (...call) => this.restoreImport(...call) };
    restorers.add('RESOURCE_IMPORT', ofImport);
    restorers.add('RESOURCE', { within, unique, restore: (...call) => this.restoreDeleted(...call) });
  }

  private async restoreImport(queries: Queries, { projectId }: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    const serviceId = await lockServiceOf(queries, projectId, item);
    const present = toTree(await listResources(queries, serviceId));
    const kept = await readKept(queries, item.id, 'resource', ['method_type']);
    const methodCount = kept.filter(({ method_type: type }) => type !== null).length;
    this.demandLimits(present, { methodCount, pathCount: kept.length - methodCount });
    const replacedItemId = await keepResources(queries, { projectId, serviceId }, 'restoreRecycleBinItem');
    await deleteContent(queries, serviceId);
    await restoreTables(queries, item.id, ['resource', 'resource_plugin', 'model', 'model_reference']);
    await raiseRevision(queries, serviceId);
    return { replacedItemId, leftOutCustomDomains: [] };
  }

  private async restoreDeleted(queries: Queries, { projectId }: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    const serviceId = await lockServiceOf(queries, projectId, item);
    const present = toTree(await listResources(queries, serviceId));
    const rows = await readKept(queries, item.id, 'resource', ['id', 'path', 'method_type']);
    const kept = rows.map(({ id, path, method_type: methodType }) => ({ id: id ?? '', path: path ?? '', methodType }));
    const [first] = obstaclesOf(present, kept);
    if (first) throw restorationError(...first);
    this.demandLimits(present, treeWithKept(present, kept));
    await demandModels(queries, serviceId, item.id);
    await restoreTables(queries, item.id, ['resource', 'resource_plugin', 'model_reference']);
    await raiseRevision(queries, serviceId);
    return { replacedItemId: null, leftOutCustomDomains: [] };
  }

  private demandLimits(before: ResourceCounts, after: ResourceCounts): void {
    const fault = limitFault(before, after, this.settings.maxMethods);
    if (!fault) return;
    const key = fault.limit === 'methods' ? 'METHOD_LIMIT_EXCEEDED' : 'RECYCLE_BIN_ITEM_NOT_RESTORABLE';
    throw restorationError(key, [{ field: fault.limit, message: fault.message }]);
  }
}

async function lockServiceOf(queries: Queries, projectId: string, item: RecycleBinItemRow): Promise<string> {
  const { serviceId } = item;
  if (serviceId === null || !(await lockService(queries, projectId, serviceId))) throw serviceMissing(serviceId);
  return serviceId;
}

async function demandModels(queries: Queries, serviceId: string, itemId: string): Promise<void> {
  const references = await readKept(queries, itemId, 'model_reference', ['model_id']);
  const ids = new Set(references.map(({ model_id: id }) => id ?? ''));
  if (ids.size === 0) return;
  const known = await findKnownModelIds(queries, serviceId, [...ids]);
  const missing = [...ids].filter((id) => !known.has(id));
  if (missing.length > 0) throw notRestorable('models', `these models were deleted: ${missing.join(', ')}`);
}
