import type { Queries } from '../../database/index.js';

/**
 * Gives a stage what a kept row says of its resources: where they were copied from, and with `withSettings` all that a
 * rollback changes. Nothing is the base when that deployment was deleted meanwhile. Under the stage's lock.
 */
export async function restoreStageColumns(queries: Queries, itemId: string, withSettings: boolean): Promise<void> {
  await queries.$executeRaw`
    UPDATE stage s SET resource_revision = k.resource_revision, resource_updated_at = k.resource_updated_at,
      updated_at = now()
    FROM recycle_bin_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::stage, r.content) k
    WHERE r.item_id = ${itemId} AND r.table_name = 'stage' AND s.id = k.id`;
  if (!withSettings) return;
  await queries.$executeRaw`
    UPDATE stage s SET backend_endpoint_url = k.backend_endpoint_url, is_access_log_on = k.is_access_log_on,
      base_deployment_id = (SELECT d.id FROM deployment d WHERE d.id = k.base_deployment_id)
    FROM recycle_bin_row r CROSS JOIN LATERAL jsonb_populate_record(NULL::stage, r.content) k
    WHERE r.item_id = ${itemId} AND r.table_name = 'stage' AND s.id = k.id`;
}
