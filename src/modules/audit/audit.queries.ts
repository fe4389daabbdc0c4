import { type Prisma, type Queries, type SqlPart, sqlStatement } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';

/** Who has made a change. */
export interface AuditActor {
  readonly userId: string | null;
  readonly accessKeyId: string | null;
  /** Names the token without giving it away. */
  readonly tokenId: string | null;
  readonly appKeyId: string | null;
  /** The address that the call came from. */
  readonly address: string;
}

/** A change to be remembered. */
export interface NewAuditRecord extends AuditActor {
  readonly id: string;
  /** Null for changes of the installation. */
  readonly projectId: string | null;
  readonly requestId: string;
  readonly operation: string;
  /** Path of the call below its version and appKey. */
  readonly objectPath: string;
  readonly objectId: string | null;
  readonly serviceId: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** A change as it is remembered. */
export type AuditRow = Prisma.AuditRecordGetPayload<object>;

/** Which changes are asked for; absent members do not limit them. */
export interface AuditFilter {
  readonly projectId?: string | undefined;
  readonly operation?: string | undefined;
  readonly objectId?: string | undefined;
  readonly serviceId?: string | undefined;
  readonly userId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly from?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The statement that remembers a change, for the transaction that makes it. */
export function auditRecordInsert(record: NewAuditRecord): SqlPart {
  const { id, projectId, requestId, operation, objectPath, objectId, serviceId, before, after } = record;
  return sqlStatement`
    INSERT INTO audit_record (id, project_id, request_id, user_id, access_key_id, token_id, app_key_id, address,
                              operation, object_path, object_id, service_id, before, after)
    VALUES (${id}, ${projectId}, ${requestId}, ${record.userId}, ${record.accessKeyId}, ${record.tokenId},
            ${record.appKeyId}, ${record.address}, ${operation}, ${objectPath}, ${objectId}, ${serviceId},
            ${jsonOf(before)}::jsonb, ${jsonOf(after)}::jsonb)`;
}

/** A page of changes, newest first, and their number. */
export function listAuditRecords(
  queries: Queries,
  filter: AuditFilter,
  page: PageQuery,
): Promise<[AuditRow[], number]> {
  const { from, until, ...equal } = filter;
  const where: Prisma.AuditRecordWhereInput = {
    ...equal,
    createdAt: { ...(from ? { gte: from } : {}), ...(until ? { lt: until } : {}) },
  };
  return Promise.all([
    queries.auditRecord.findMany({ where, orderBy: [{ createdAt: 'desc' }, { id: 'desc' }], ...pageWindow(page) }),
    queries.auditRecord.count({ where }),
  ]);
}

/** A change of a project, or of anything when `projectId` is undefined; null when there is none. */
export function findAuditRecord(queries: Queries, id: string, projectId: string | undefined): Promise<AuditRow | null> {
  return queries.auditRecord.findFirst({ where: { id, ...(projectId === undefined ? {} : { projectId }) } });
}

function jsonOf(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
