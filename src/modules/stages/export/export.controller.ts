import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { SwaggerAnswer } from '../stages.dto.js';
import { ExportService } from './export.service.js';

@ApiTags('Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/swagger'))
export class ExportController {
  constructor(private readonly exports: ExportService) {}

  @Get()
  @Operation({
    id: 'exportStage',
    summary: 'Export a stage as a Swagger document',
    description: 'The stage as it is set now, deployed or not. Importing the document gives the same resources.',
    answer: SwaggerAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'HOST_RECORD_NOT_FOUND'],
  })
  async export(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<SwaggerAnswer> {
    return success({ swaggerData: await this.exports.export(tenant, serviceId, stageId) });
  }
}
