import { keptTables } from './kept-tables.js';
import type { RecycleBinItemAnswer } from './recycle-bin.dto.js';
import type { RecycleBinItemRow } from './recycle-bin.queries.js';

/** An item as clients see it. */
export function presentItem(item: RecycleBinItemRow): RecycleBinItemAnswer {
  const counts = item.rowCounts as Record<string, number>;
  return {
    recycleBinItemId: item.id,
    kind: item.kind,
    operationId: item.operationId,
    title: item.title,
    objectId: item.objectId,
    apigwServiceId: item.serviceId,
    stageId: item.stageId,
    contentList: keptTables.flatMap((table) => {
      const count = counts[table];
      return count === undefined ? [] : [{ contentType: table.toUpperCase(), count }];
    }),
    leftOutDeploymentCount: item.leftOutDeploymentCount,
    deletedAt: item.deletedAt,
    keptUntil: item.keptUntil,
    restoredAt: item.restoredAt,
  };
}
