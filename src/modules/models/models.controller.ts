import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PlainAnswer, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  CreateModelRequest,
  ListModelsQuery,
  type ModelAnswer,
  ModelListAnswer,
  ModifyModelRequest,
  OneModelAnswer,
} from './models.dto.js';
import type { ModelRow } from './models.queries.js';
import { ModelsService } from './models.service.js';

@ApiTags('Model')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/models'))
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Operation({ id: 'listModels', summary: 'List models', answer: ModelListAnswer, errors: ['SERVICE_NOT_FOUND'] })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Query() query: ListModelsQuery,
  ): Promise<ModelListAnswer> {
    const { items, paging } = await this.models.list(tenant, serviceId, query);
    return success({ paging, modelList: items.map(present) });
  }

  @Get(':modelId')
  @Operation({
    id: 'getModel',
    summary: 'Get a model',
    answer: OneModelAnswer,
    errors: ['SERVICE_NOT_FOUND', 'MODEL_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('modelId') modelId: string,
  ): Promise<OneModelAnswer> {
    return success({ model: present(await this.models.get(tenant, serviceId, modelId)) });
  }

  @Post()
  @Operation({
    id: 'createModel',
    summary: 'Create a model',
    answer: OneModelAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND', 'MODEL_SCHEMA_INVALID', 'MODEL_NAME_DUPLICATED'],
  })
  async create(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Body() request: CreateModelRequest,
  ): Promise<OneModelAnswer> {
    return success({ model: present(await this.models.create(tenant, serviceId, request)) });
  }

  @Put(':modelId')
  @Operation({
    id: 'modifyModel',
    summary: 'Modify a model',
    description: 'Changes description and schema; the name stays.',
    answer: OneModelAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND', 'MODEL_NOT_FOUND', 'MODEL_SCHEMA_INVALID'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('modelId') modelId: string,
    @Body() request: ModifyModelRequest,
  ): Promise<OneModelAnswer> {
    return success({ model: present(await this.models.modify(tenant, serviceId, modelId, request)) });
  }

  @Delete(':modelId')
  @Operation({
    id: 'deleteModel',
    summary: 'Delete a model',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND', 'MODEL_NOT_FOUND', 'MODEL_IN_USE'],
  })
  async delete(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('modelId') modelId: string,
  ): Promise<PlainAnswer> {
    await this.models.delete(tenant, serviceId, modelId);
    return success();
  }
}

function present(row: ModelRow): ModelAnswer {
  return {
    modelId: row.id,
    apigwServiceId: row.serviceId,
    modelName: row.name,
    modelDescription: row.description,
    modelSchema: row.schema as object,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
