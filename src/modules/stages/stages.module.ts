import { Module } from '@nestjs/common';
import { AccessLogController } from './access-log/access-log.controller.js';
import { AccessLogService } from './access-log/access-log.service.js';
import { ExportController } from './export/export.controller.js';
import { ExportService } from './export/export.service.js';
import { ReplacedStages } from './replaced-stages.js';
import { StagesController } from './stages.controller.js';
import { StagesRestorer } from './stages.restorer.js';
import { StagesService } from './stages.service.js';

/** Stages: copies of a service's resources with settings of their own, deployed to a host name. */
@Module({
  controllers: [StagesController, ExportController, AccessLogController],
  providers: [StagesService, ExportService, AccessLogService, StagesRestorer, ReplacedStages],
  exports: [ReplacedStages],
})
export class StagesModule {}
