import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PlainAnswer, Settings, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  CreateServiceRequest,
  ListServicesQuery,
  ModifyServiceRequest,
  OneServiceAnswer,
  ServiceListAnswer,
} from './services.dto.js';
import { presentService } from './services.presenter.js';
import { ServicesService } from './services.service.js';

@ApiTags('API Gateway Service')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services'))
export class ServicesController {
  constructor(
    private readonly services: ServicesService,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Operation({ id: 'listServices', summary: 'List services', answer: ServiceListAnswer, errors: [] })
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListServicesQuery): Promise<ServiceListAnswer> {
    const { items, paging } = await this.services.list(tenant, query);
    const apigwServiceList = items.map((row) => presentService(row, this.settings.stageDomain));
    return success({ paging, apigwServiceList });
  }

  @Get(':apigwServiceId')
  @Operation({ id: 'getService', summary: 'Get a service', answer: OneServiceAnswer, errors: ['SERVICE_NOT_FOUND'] })
  async get(@CurrentTenant() tenant: Tenant, @Param('apigwServiceId') serviceId: string): Promise<OneServiceAnswer> {
    const row = await this.services.get(tenant, serviceId);
    return success({ apigwService: presentService(row, this.settings.stageDomain) });
  }

  @Post()
  @Operation({
    id: 'createService',
    summary: 'Create a service',
    answer: OneServiceAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_LIMIT_EXCEEDED', 'SERVER_GROUP_NOT_FOUND'],
  })
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreateServiceRequest): Promise<OneServiceAnswer> {
    const row = await this.services.create(tenant, request);
    return success({ apigwService: presentService(row, this.settings.stageDomain) });
  }

  @Put(':apigwServiceId')
  @Operation({
    id: 'modifyService',
    summary: 'Modify a service',
    answer: OneServiceAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Body() request: ModifyServiceRequest,
  ): Promise<OneServiceAnswer> {
    const row = await this.services.modify(tenant, serviceId, request);
    return success({ apigwService: presentService(row, this.settings.stageDomain) });
  }

  @Delete(':apigwServiceId')
  @Operation({
    id: 'deleteService',
    summary: 'Delete a service',
    description: 'Deletes its stages, resources, models and deployments too.',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_DEPLOYING', 'STAGE_HAS_USAGE_PLAN'],
  })
  async delete(@CurrentTenant() tenant: Tenant, @Param('apigwServiceId') serviceId: string): Promise<PlainAnswer> {
    await this.services.delete(tenant, serviceId);
    return success();
  }
}
