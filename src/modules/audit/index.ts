export { AuditModule } from './audit.module.js';
export { type AuditActor, auditRecordInsert, type NewAuditRecord } from './audit.queries.js';
export { differenceSteps } from './difference.rules.js';
export { isMembers, withoutSecretHeaders } from './redaction.rules.js';
