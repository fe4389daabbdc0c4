import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type Page, toPage } from '../../http/index.js';
import type { AuditQuery } from './audit.dto.js';
import { type AuditFilter, type AuditRow, findAuditRecord, listAuditRecords } from './audit.queries.js';

/** Looks back at changes. Nothing here changes what is remembered. */
@Injectable()
export class AuditService {
  constructor(private readonly database: Database) {}

  /** Changes of a project, or of the whole installation when `projectId` is undefined; newest first. */
  async list(projectId: string | undefined, query: AuditQuery): Promise<Page<AuditRow>> {
    const filter: AuditFilter = {
      projectId,
      operation: query.operation,
      objectId: query.objectId,
      serviceId: query.apigwServiceId,
      userId: query.userId,
      requestId: query.requestId,
      from: query.startTime,
      until: query.endTime,
    };
    const [rows, count] = await listAuditRecords(this.database.client, filter, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError AUDIT_RECORD_NOT_FOUND */
  async get(projectId: string | undefined, auditRecordId: string): Promise<AuditRow> {
    const row = await findAuditRecord(this.database.client, auditRecordId, projectId);
    if (!row) throw new AppError('AUDIT_RECORD_NOT_FOUND');
    return row;
  }
}
