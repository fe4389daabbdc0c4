export { AuditModule } from './audit.module.js';
export { type AuditActor, auditRecordInsert, type NewAuditRecord } from './audit.queries.js';
export { type Difference, differenceSteps, toldDifference } from './difference.rules.js';
export { isMembers, LongList, MAX_KEPT_ENTRIES, withoutSecretHeaders } from './redaction.rules.js';
