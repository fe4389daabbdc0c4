import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PageQuery, PlainAnswer, Settings, success } from '../../http/index.js';
import { SecretBox } from '../../kernel/secret-box.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  CreateStageRequest,
  ModifyStageRequest,
  ModifyStageResourceRequest,
  OneStageAnswer,
  OneStageResourceAnswer,
  StageListAnswer,
  StageResourceListAnswer,
} from './stages.dto.js';
import { presentStage, presentStageResource, presentStageResources } from './stages.presenter.js';
import type { StageOfService } from './stage-access.js';
import { StagesService } from './stages.service.js';

@ApiTags('Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages'))
export class StagesController {
  constructor(
    private readonly stages: StagesService,
    private readonly settings: Settings,
    private readonly box: SecretBox,
  ) {}

  @Get()
  @Operation({ id: 'listStages', summary: 'List stages', answer: StageListAnswer, errors: ['SERVICE_NOT_FOUND'] })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Query() page: PageQuery,
  ): Promise<StageListAnswer> {
    const { regionCode, items, paging } = await this.stages.list(tenant, serviceId, page);
    const stageList = items.map((stage) => presentStage(stage, regionCode, this.settings.stageDomain));
    return success({ paging, stageList });
  }

  @Post()
  @Operation({
    id: 'createStage',
    summary: 'Create a stage',
    description: 'Copies the resources of the service, as they are now, to the stage.',
    answer: OneStageAnswer,
    errors: [
      'INVALID_INPUT',
      'SERVICE_NOT_FOUND',
      'BACKEND_URL_INVALID',
      'STAGE_LIMIT_EXCEEDED',
      'NO_METHOD_TO_STAGE',
      'STAGE_NAME_DUPLICATED',
      'STAGE_HOST_NOT_REGISTERED',
    ],
  })
  async create(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Body() request: CreateStageRequest,
  ): Promise<OneStageAnswer> {
    return this.answer(await this.stages.create(tenant, serviceId, request));
  }

  @Get(':stageId')
  @Operation({
    id: 'getStage',
    summary: 'Get a stage',
    answer: OneStageAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<OneStageAnswer> {
    return this.answer(await this.stages.get(tenant, serviceId, stageId));
  }

  @Put(':stageId')
  @Operation({
    id: 'modifyStage',
    summary: 'Modify a stage',
    description: 'The gateways serve the change after the next deployment.',
    answer: OneStageAnswer,
    errors: [
      'INVALID_INPUT',
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'BACKEND_URL_INVALID',
      'STAGE_DEPLOYING',
      'HOST_RECORD_NOT_FOUND',
    ],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Body() request: ModifyStageRequest,
  ): Promise<OneStageAnswer> {
    return this.answer(await this.stages.modify(tenant, serviceId, stageId, request));
  }

  @Delete(':stageId')
  @Operation({
    id: 'deleteStage',
    summary: 'Delete a stage',
    description: 'Its deployments go too, and the gateways stop serving it.',
    answer: PlainAnswer,
    errors: [
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'STAGE_DEPLOYING',
      'STAGE_HAS_USAGE_PLAN',
      'STAGE_HOST_NOT_RELEASED',
    ],
  })
  async delete(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<PlainAnswer> {
    await this.stages.delete(tenant, serviceId, stageId);
    return success();
  }

  @Get(':stageId/resources')
  @Operation({
    id: 'listStageResources',
    summary: 'List stage resources',
    answer: StageResourceListAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async listResources(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<StageResourceListAnswer> {
    const { resources } = await this.stages.readSettings(tenant, serviceId, stageId);
    return success({ stageResourceList: await presentStageResources(resources, stageId, this.box) });
  }

  @Put(':stageId/resources')
  @Operation({
    id: 'importStageResources',
    summary: 'Import the resources of the service to the stage',
    description: 'Stage plugins and backend overrides of every path and method that still exists are kept.',
    answer: StageResourceListAnswer,
    errors: [
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'STAGE_DEPLOYING',
      'STAGE_RESOURCES_UP_TO_DATE',
      'NO_METHOD_TO_STAGE',
    ],
  })
  async importResources(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<StageResourceListAnswer> {
    const { resources } = await this.stages.importResources(tenant, serviceId, stageId);
    return success({ stageResourceList: await presentStageResources(resources, stageId, this.box) });
  }

  @Get(':stageId/resources/:stageResourceId')
  @Operation({
    id: 'getStageResource',
    summary: 'Get a stage resource',
    answer: OneStageResourceAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'STAGE_RESOURCE_NOT_FOUND'],
  })
  async getResource(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('stageResourceId') stageResourceId: string,
  ): Promise<OneStageResourceAnswer> {
    const resource = await this.stages.getResource(tenant, serviceId, stageId, stageResourceId);
    return success({ stageResource: presentStageResource(resource, stageId, this.box) });
  }

  @Put(':stageId/resources/:stageResourceId')
  @Operation({
    id: 'modifyStageResource',
    summary: 'Modify a stage resource',
    description: 'Replaces all stage plugins of the resource, and its backend override.',
    answer: StageResourceListAnswer,
    errors: [
      'INVALID_INPUT',
      'INVALID_HEADER_NAME',
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'STAGE_RESOURCE_NOT_FOUND',
      'STAGE_DEPLOYING',
      'STAGE_PLUGIN_POSITION_INVALID',
      'PRE_API_URL_IS_STAGE_URL',
      'BACKEND_OVERRIDE_NOT_ALLOWED',
      'BACKEND_URL_INVALID',
      'PATH_VARIABLE_UNDECLARED',
      'CONTEXT_VARIABLE_INVALID',
    ],
  })
  async modifyResource(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('stageResourceId') stageResourceId: string,
    @Body() request: ModifyStageResourceRequest,
  ): Promise<StageResourceListAnswer> {
    const resource = await this.stages.modifyResource(tenant, serviceId, stageId, stageResourceId, request);
    return success({ stageResourceList: [presentStageResource(resource, stageId, this.box)] });
  }

  private answer({ service, stage }: StageOfService): OneStageAnswer {
    return success({ stage: presentStage(stage, service.regionCode, this.settings.stageDomain) });
  }
}
