import { Injectable } from '@nestjs/common';
import { Database, holdProject, lockProject, lockRecycleBinItem, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type Page, toPage } from '../../http/index.js';
import { holdTenant, type Tenant } from '../tenancy/index.js';
import type { ListRecycleBinQuery } from './recycle-bin.dto.js';
import { findItem, listItems, markRestored, type RecycleBinItemRow } from './recycle-bin.queries.js';
import { notRestorable } from './recycle-bin.rules.js';
import { type Restored, type Restorer, Restorers } from './restorers.js';

/** What a restoration did, with the item as it is afterwards. */
export type Restoration = Restored & { readonly item: RecycleBinItemRow };

/** Use cases of the recycle bin. What comes into it is kept by those who destroy it. */
@Injectable()
export class RecycleBinService {
  constructor(
    private readonly database: Database,
    private readonly restorers: Restorers,
  ) {}

  /** A page of what the project's calls have destroyed, newest first. */
  async list({ projectId }: Tenant, query: ListRecycleBinQuery): Promise<Page<RecycleBinItemRow>> {
    const filter = { kind: query.kind, serviceId: query.apigwServiceId };
    const [rows, count] = await listItems(this.database.client, projectId, filter, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError RECYCLE_BIN_ITEM_NOT_FOUND */
  get({ projectId }: Tenant, itemId: string): Promise<RecycleBinItemRow> {
    return requireItem(this.database.client, projectId, itemId);
  }

  /**
   * Puts back what an item keeps, all of it or nothing, by the rules that its creation obeys.
   * @throws AppError RECYCLE_BIN_ITEM_NOT_FOUND, RECYCLE_BIN_ITEM_NOT_RESTORABLE, INVALID_APP_KEY and those of the
   * {@link Restorer}
   */
  async restore(tenant: Tenant, itemId: string): Promise<Restoration> {
    const { projectId } = tenant;
    const { kind, serviceId } = await requireItem(this.database.client, projectId, itemId);
    const restorer = this.restorers.of(kind);
    const restore = async (queries: Queries): Promise<Restoration> => {
      const item = await lockUnrestored(queries, projectId, itemId, restorer);
      await holdTenant(queries, tenant);
      const restored = await restorer.restore(queries, tenant, item);
      await markRestored(queries, itemId);
      return { ...restored, item: await requireItem(queries, projectId, itemId) };
    };
    const turnOf = restorer.within === 'project' ? projectId : (serviceId ?? projectId);
    const unique = restorer.unique ?? {};
    return this.database.transaction('restore recycle bin item', restore, { unique, turnOf });
  }
}

/** Locks an item after its project. @throws AppError RECYCLE_BIN_ITEM_NOT_FOUND, RECYCLE_BIN_ITEM_NOT_RESTORABLE */
async function lockUnrestored(
  queries: Queries,
  projectId: string,
  itemId: string,
  { within }: Restorer,
): Promise<RecycleBinItemRow> {
  const hasProject = await (within === 'project' ? lockProject : holdProject)(queries, projectId);
  const isLocked = hasProject && (await lockRecycleBinItem(queries, projectId, itemId));
  if (!isLocked) throw new AppError('RECYCLE_BIN_ITEM_NOT_FOUND');
  const item = await requireItem(queries, projectId, itemId);
  if (item.restoredAt !== null) throw notRestorable('recycleBinItemId', 'was restored already');
  return item;
}

async function requireItem(queries: Queries, projectId: string, itemId: string): Promise<RecycleBinItemRow> {
  const item = await findItem(queries, projectId, itemId);
  if (!item) throw new AppError('RECYCLE_BIN_ITEM_NOT_FOUND');
  return item;
}
