import type { Prisma, Queries, RecycleBinItemKind } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';

/** An item of the recycle bin, without the rows that it keeps. */
export type RecycleBinItemRow = Prisma.RecycleBinItemGetPayload<object>;

/** Which items are meant; what is undefined or empty leaves all of them. */
export interface RecycleBinFilter {
  readonly kind?: RecycleBinItemKind | undefined;
  readonly serviceId?: string | undefined;
}

/** A page of a project's items that are still kept, newest first, and their number. */
export async function listItems(
  queries: Queries,
  projectId: string,
  { kind, serviceId }: RecycleBinFilter,
  page: PageQuery,
): Promise<[RecycleBinItemRow[], number]> {
  const where: Prisma.RecycleBinItemWhereInput = {
    projectId,
    keptUntil: { gt: await databaseTime(queries) },
    ...(kind ? { kind } : {}),
    ...(serviceId ? { serviceId } : {}),
  };
  return Promise.all([
    queries.recycleBinItem.findMany({ where, orderBy: [{ deletedAt: 'desc' }, { id: 'desc' }], ...pageWindow(page) }),
    queries.recycleBinItem.count({ where }),
  ]);
}

/** An item of a project that is still kept; null when there is none. */
export async function findItem(queries: Queries, projectId: string, itemId: string): Promise<RecycleBinItemRow | null> {
  const keptUntil = { gt: await databaseTime(queries) };
  return queries.recycleBinItem.findFirst({ where: { id: itemId, projectId, keptUntil } });
}

/** Marks an item that is locked as restored: its rows are in their tables again, and are not kept twice. */
export async function markRestored(queries: Queries, itemId: string): Promise<void> {
  await queries.recycleBinRow.deleteMany({ where: { itemId } });
  await queries.$executeRaw`UPDATE recycle_bin_item SET restored_at = now() WHERE id = ${itemId}`;
}

/** The time by the database's clock, not that of the transaction's begin: it may have waited for the item's lock. */
async function databaseTime(queries: Queries): Promise<Date> {
  const [row] = await queries.$queryRaw<[{ now: Date }]>`SELECT clock_timestamp() AS now`;
  return row.now;
}
