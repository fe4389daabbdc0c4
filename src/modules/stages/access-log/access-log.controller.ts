import { Body, Controller, Get, Param, Put, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { AccessLogAnswer, ModifyAccessLogRequest } from './access-log.dto.js';
import { AccessLogService } from './access-log.service.js';

@ApiTags('Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/access-log'))
export class AccessLogController {
  constructor(private readonly accessLog: AccessLogService) {}

  @Get()
  @Operation({
    id: 'getAccessLog',
    summary: 'Show whether a stage has an access log',
    answer: AccessLogAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<AccessLogAnswer> {
    return success({ isAccessLogOn: await this.accessLog.isOn(tenant, serviceId, stageId) });
  }

  @Put()
  @Operation({
    id: 'modifyAccessLog',
    summary: 'Turn the access log of a stage on or off',
    description: 'The gateways follow after the next deployment. A rollback restores what the deployment had.',
    answer: AccessLogAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'STAGE_DEPLOYING'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Body() request: ModifyAccessLogRequest,
  ): Promise<AccessLogAnswer> {
    return success({ isAccessLogOn: await this.accessLog.turn(tenant, serviceId, stageId, request.isAccessLogOn) });
  }
}
