import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PageQuery, PlainAnswer, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { OneUsagePlanAnswer, UsagePlanListAnswer, UsagePlanRequest } from './usage-plans.dto.js';
import { presentUsagePlan } from './usage-plans.presenter.js';
import { UsagePlansService } from './usage-plans.service.js';

@ApiTags('Usage Plan')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('usage-plans'))
export class UsagePlansController {
  constructor(private readonly plans: UsagePlansService) {}

  @Get()
  @Operation({ id: 'listUsagePlans', summary: 'List usage plans', answer: UsagePlanListAnswer, errors: [] })
  async list(@CurrentTenant() tenant: Tenant, @Query() page: PageQuery): Promise<UsagePlanListAnswer> {
    const { items, paging } = await this.plans.list(tenant, page);
    return success({ paging, usagePlanList: items.map(presentUsagePlan) });
  }

  @Get('stages/:stageId')
  @Operation({
    id: 'listUsagePlansOfStage',
    summary: 'List the usage plans that a stage is connected to',
    answer: UsagePlanListAnswer,
    errors: ['STAGE_NOT_FOUND'],
  })
  async listOfStage(
    @CurrentTenant() tenant: Tenant,
    @Param('stageId') stageId: string,
    @Query() page: PageQuery,
  ): Promise<UsagePlanListAnswer> {
    const { items, paging } = await this.plans.listOfStage(tenant, stageId, page);
    return success({ paging, usagePlanList: items.map(presentUsagePlan) });
  }

  @Get(':usagePlanId')
  @Operation({
    id: 'getUsagePlan',
    summary: 'Get a usage plan',
    answer: OneUsagePlanAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND'],
  })
  async get(@CurrentTenant() tenant: Tenant, @Param('usagePlanId') usagePlanId: string): Promise<OneUsagePlanAnswer> {
    return success({ usagePlan: presentUsagePlan(await this.plans.get(tenant, usagePlanId)) });
  }

  @Post()
  @Operation({
    id: 'createUsagePlan',
    summary: 'Create a usage plan',
    answer: OneUsagePlanAnswer,
    errors: ['INVALID_INPUT'],
  })
  async create(@CurrentTenant() tenant: Tenant, @Body() request: UsagePlanRequest): Promise<OneUsagePlanAnswer> {
    return success({ usagePlan: presentUsagePlan(await this.plans.create(tenant, request)) });
  }

  @Put(':usagePlanId')
  @Operation({
    id: 'modifyUsagePlan',
    summary: 'Modify a usage plan',
    description: 'Replaces all that the plan says: a limit that is absent or null is taken away.',
    answer: OneUsagePlanAnswer,
    errors: ['INVALID_INPUT', 'USAGE_PLAN_NOT_FOUND'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Body() request: UsagePlanRequest,
  ): Promise<OneUsagePlanAnswer> {
    return success({ usagePlan: presentUsagePlan(await this.plans.modify(tenant, usagePlanId, request)) });
  }

  @Delete(':usagePlanId')
  @Operation({
    id: 'deleteUsagePlan',
    summary: 'Delete a usage plan',
    answer: PlainAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND', 'USAGE_PLAN_HAS_STAGES', 'USAGE_PLAN_DELETE_FAILED'],
  })
  async delete(@CurrentTenant() tenant: Tenant, @Param('usagePlanId') usagePlanId: string): Promise<PlainAnswer> {
    await this.plans.delete(tenant, usagePlanId);
    return success();
  }
}
