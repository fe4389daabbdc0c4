import { Controller, Delete, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PageQuery, PlainAnswer, Settings, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { OneUsagePlanStageAnswer, UsagePlanStageListAnswer } from './usage-plans.dto.js';
import { presentPlanStage } from './usage-plans.presenter.js';
import { UsagePlansService } from './usage-plans.service.js';

@ApiTags('Usage Plan')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('usage-plans/:usagePlanId/stages'))
export class PlanStagesController {
  constructor(
    private readonly plans: UsagePlansService,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Operation({
    id: 'listStagesOfUsagePlan',
    summary: 'List the stages that are connected to a usage plan',
    answer: UsagePlanStageListAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Query() page: PageQuery,
  ): Promise<UsagePlanStageListAnswer> {
    const { items, paging } = await this.plans.listStages(tenant, usagePlanId, page);
    const usagePlanStageList = items.map((row) => presentPlanStage(row, this.settings.stageDomain));
    return success({ paging, usagePlanStageList });
  }

  @Get(':stageId')
  @Operation({
    id: 'getStageOfUsagePlan',
    summary: 'Get a stage that is connected to a usage plan',
    answer: OneUsagePlanStageAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
  ): Promise<OneUsagePlanStageAnswer> {
    const row = await this.plans.getStage(tenant, usagePlanId, stageId);
    return success({ usagePlanStage: presentPlanStage(row, this.settings.stageDomain) });
  }

  @Post(':stageId')
  @Operation({
    id: 'connectStageToUsagePlan',
    summary: 'Connect a stage to a usage plan',
    answer: PlainAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND', 'STAGE_NOT_FOUND', 'STAGE_ALREADY_CONNECTED'],
  })
  async connect(
    @CurrentTenant() tenant: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
  ): Promise<PlainAnswer> {
    await this.plans.connectStage(tenant, usagePlanId, stageId);
    return success();
  }

  @Delete(':stageId')
  @Operation({
    id: 'disconnectStageFromUsagePlan',
    summary: 'Disconnect a stage from a usage plan',
    answer: PlainAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND', 'STAGE_NOT_FOUND', 'STAGE_HAS_API_KEYS'],
  })
  async disconnect(
    @CurrentTenant() tenant: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
  ): Promise<PlainAnswer> {
    await this.plans.disconnectStage(tenant, usagePlanId, stageId);
    return success();
  }
}
