import type { Queries } from '../../database/index.js';

/*
 * Both remove at most `limit` rows and give their number. Items that another transaction has locked, be it to restore
 * them, are passed over. A restoration that waits for the lock looks at the time again when it has it.
 */

/** Removes rows of items that are kept no longer. */
function removeExpiredRows(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM recycle_bin_row WHERE id = ANY(ARRAY(
      SELECT r.id FROM recycle_bin_item i JOIN recycle_bin_row r ON r.item_id = i.id
      WHERE i.kept_until < now() ORDER BY i.kept_until LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}

/** Removes items that are kept no longer and have no rows any more. */
function removeExpiredItems(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM recycle_bin_item WHERE id = ANY(ARRAY(
      SELECT i.id FROM recycle_bin_item i
      WHERE i.kept_until < now() AND NOT EXISTS (SELECT 1 FROM recycle_bin_row r WHERE r.item_id = i.id)
      ORDER BY i.kept_until LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}

/** What removes what is kept no longer, in this order. */
export const removals = [removeExpiredRows, removeExpiredItems] as const;
