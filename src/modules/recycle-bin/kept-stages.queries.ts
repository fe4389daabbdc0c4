import { Prisma } from '../../database/index.js';

/** In SQL, whether the stage of an id was deleted and can still come back. */
export function isStageInRecycleBin(stageId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT 1 FROM recycle_bin_row kept JOIN recycle_bin_item item ON item.id = kept.item_id
    WHERE kept.table_name = 'stage' AND kept.content ->> 'id' = ${stageId} AND item.kind IN ('STAGE', 'SERVICE')
      AND item.kept_until > now())`;
}
