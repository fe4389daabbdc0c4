import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, success } from '../../http/index.js';
import { AdministratorGuard } from '../auth/index.js';
import { AuditRecordListAnswer, InstallationAuditQuery } from './audit.dto.js';
import { presentAuditRecord } from './audit.presenter.js';
import { AuditService } from './audit.service.js';

@ApiTags('Audit')
@UseGuards(AdministratorGuard)
@Controller('v2.0/audit-records')
export class InstallationAuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @Operation({
    id: 'listInstallationAuditRecords',
    summary: 'List changes of the installation, newest first',
    description: 'Those of users, projects and all that is in them. Only for administrators of the installation.',
    access: 'token',
    answer: AuditRecordListAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async list(@Query() { projectId, ...query }: InstallationAuditQuery): Promise<AuditRecordListAnswer> {
    const { items, paging } = await this.audit.list(projectId, query);
    return success({ paging, auditRecordList: items.map(presentAuditRecord) });
  }
}
