import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { InstallationAuditController } from './installation-audit.controller.js';

/** Who has changed what. Records are written by the module `changes`, in the transaction of the change. */
@Module({
  controllers: [AuditController, InstallationAuditController],
  providers: [AuditService],
})
export class AuditModule {}
