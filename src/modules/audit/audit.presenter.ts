import type { AuditRecordAnswer } from './audit.dto.js';
import type { AuditRow } from './audit.queries.js';

/** A change as clients see it. */
export function presentAuditRecord(row: AuditRow): AuditRecordAnswer {
  const { userId, accessKeyId, tokenId, appKeyId, address } = row;
  return {
    auditRecordId: row.id,
    projectId: row.projectId,
    createdAt: row.createdAt,
    requestId: row.requestId,
    actor: { userId, accessKeyId, tokenId, appKeyId, address },
    operation: row.operation,
    objectPath: row.objectPath,
    objectId: row.objectId,
    apigwServiceId: row.serviceId,
    before: row.before,
    after: row.after,
  };
}
