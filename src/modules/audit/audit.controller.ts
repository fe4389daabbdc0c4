import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { AuditQuery, AuditRecordListAnswer, OneAuditRecordAnswer } from './audit.dto.js';
import { presentAuditRecord } from './audit.presenter.js';
import { AuditService } from './audit.service.js';

@ApiTags('Audit')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('audit-records'))
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation({
    id: 'listAuditRecords',
    summary: 'List changes of the project, newest first',
    description: 'Who has changed what, when, from where. Nothing can change or remove it.',
    answer: AuditRecordListAnswer,
    errors: [],
  })
  async list(@CurrentTenant() tenant: Tenant, @Query() query: AuditQuery): Promise<AuditRecordListAnswer> {
    const { items, paging } = await this.audit.list(tenant.projectId, query);
    return success({ paging, auditRecordList: items.map(presentAuditRecord) });
  }

  @Get(':auditRecordId')
  @Operation({
    id: 'getAuditRecord',
    summary: 'Get a change of the project',
    answer: OneAuditRecordAnswer,
    errors: ['AUDIT_RECORD_NOT_FOUND'],
  })
  async get(@CurrentTenant() tenant: Tenant, @Param('auditRecordId') id: string): Promise<OneAuditRecordAnswer> {
    return success({ auditRecord: presentAuditRecord(await this.audit.get(tenant.projectId, id)) });
  }
}
