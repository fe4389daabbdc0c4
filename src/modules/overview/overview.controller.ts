import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { ServiceUsageAnswer, StageHealthAnswer } from './overview.dto.js';
import { presentHealth, presentUsage } from './overview.presenter.js';
import { OverviewService } from './overview.service.js';

@ApiTags('Statistics')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId'))
export class OverviewController {
  constructor(private readonly overviews: OverviewService) {}

  @Get('usage')
  @Operation({
    id: 'getServiceUsage',
    summary: 'Get the usage of a service at a glance',
    description: 'Its stages with their health and calls, the routes that are called most, and keys near their quota.',
    answer: ServiceUsageAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async usage(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
  ): Promise<ServiceUsageAnswer> {
    return success({ serviceUsage: presentUsage(await this.overviews.serviceUsage(tenant, serviceId)) });
  }

  @Get('stages/:stageId/health')
  @Operation({
    id: 'getStageHealth',
    summary: 'Get the health of a stage',
    description:
      'What is live and how old it is, whether the stage differs from it, which gateways serve it, calls and failures, ' +
      'and keys near their quota.',
    answer: StageHealthAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async health(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<StageHealthAnswer> {
    return success({ stageHealth: presentHealth(await this.overviews.stageHealth(tenant, serviceId, stageId)) });
  }
}
