import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { OnePlanAnswer } from './plans.dto.js';
import { presentPlan } from './plans.presenter.js';
import { PlansService } from './plans.service.js';

@ApiTags('Deploy Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/deploys/plans'))
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  @Get(':planId')
  @Operation({
    id: 'getDeploymentPlan',
    summary: 'Get a plan of a deployment',
    description: 'As it was made by a deployment with `dryRun=true`, with the deployment that it has become.',
    answer: OnePlanAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'DEPLOYMENT_PLAN_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('planId') planId: string,
  ): Promise<OnePlanAnswer> {
    return success({ deploymentPlan: presentPlan(await this.plans.get(tenant, serviceId, stageId, planId)) });
  }
}
