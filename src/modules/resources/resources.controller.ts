import { Body, Controller, Delete, Get, Param, Post, Put, UseGuards } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ErrorKey } from '../../errors/index.js';
import { managementPaths, Operation, PlainAnswer, success } from '../../http/index.js';
import { mapInSlices } from '../../kernel/steps.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { OneResourceAnswer, ResourceListAnswer } from './resources.answers.js';
import { CreateMethodsRequest, CreatePathsRequest, ModifyMethodRequest, ModifyPathRequest } from './resources.dto.js';
import { presentResource } from './resources.presenter.js';
import type { ResourceRow } from './resource-rows.queries.js';
import { ResourcesService } from './resources.service.js';

/** What any request that sets plugins can be refused with. */
const PLUGIN_ERRORS: ErrorKey[] = [
  'INVALID_INPUT',
  'INVALID_HEADER_NAME',
  'RESOURCE_PLUGIN_INVALID',
  'PATH_VARIABLE_UNDECLARED',
  'CONTEXT_VARIABLE_INVALID',
];

@ApiTags('Resource')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId'))
export class ResourcesController {
  constructor(private readonly resources: ResourcesService) {}

  @Get('resources')
  @Operation({
    id: 'listResources',
    summary: 'List resources',
    description: 'All resources in one answer, ordered by path, each path before its methods.',
    answer: ResourceListAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async list(@CurrentTenant() tenant: Tenant, @Param('apigwServiceId') serviceId: string): Promise<ResourceListAnswer> {
    return present(await this.resources.list(tenant, serviceId));
  }

  @Get('resources/:resourceId')
  @Operation({
    id: 'getResource',
    summary: 'Get a path or a method',
    answer: OneResourceAnswer,
    errors: ['SERVICE_NOT_FOUND', 'RESOURCE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
  ): Promise<OneResourceAnswer> {
    return success({ resource: presentResource(await this.resources.get(tenant, serviceId, resourceId)) });
  }

  @Post('resources')
  @Operation({
    id: 'createResourcePaths',
    summary: 'Create resource paths and methods',
    description: 'Makes the missing paths above too. Answers with the created resources.',
    answer: ResourceListAnswer,
    errors: [
      ...PLUGIN_ERRORS,
      'SERVICE_NOT_FOUND',
      'NO_RESOURCE_TO_CREATE',
      'PATH_INVALID',
      'FRONTEND_PATH_MISMATCH',
      'METHOD_LIMIT_EXCEEDED',
      'RESOURCE_DUPLICATED',
      'PATH_VARIABLE_CONFLICT',
    ],
  })
  async createPaths(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Body() request: CreatePathsRequest,
  ): Promise<ResourceListAnswer> {
    return present(await this.resources.createPaths(tenant, serviceId, request.resourcePathList));
  }

  @Post('resources/:resourceId/methods')
  @Operation({
    id: 'createResourceMethods',
    summary: 'Create methods under a path',
    description: 'Plugins of the path, except CORS, are copied to methods that do not bring their own.',
    answer: ResourceListAnswer,
    errors: [
      ...PLUGIN_ERRORS,
      'SERVICE_NOT_FOUND',
      'RESOURCE_NOT_FOUND',
      'NOT_A_PATH',
      'NO_RESOURCE_TO_CREATE',
      'FRONTEND_PATH_MISMATCH',
      'METHOD_LIMIT_EXCEEDED',
      'RESOURCE_DUPLICATED',
    ],
  })
  async createMethods(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
    @Body() request: CreateMethodsRequest,
  ): Promise<ResourceListAnswer> {
    return present(await this.resources.createMethods(tenant, serviceId, resourceId, request.methodList));
  }

  @Put('resource-paths/:resourceId')
  @Operation({
    id: 'modifyResourcePath',
    changes: 'getResource',
    summary: 'Modify or delete plugins of a path',
    description: 'Answers with the path and every other resource that changed.',
    answer: ResourceListAnswer,
    errors: [...PLUGIN_ERRORS, 'SERVICE_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'NOT_A_PATH', 'METHOD_LIMIT_EXCEEDED'],
  })
  @ApiBody({ type: ModifyPathRequest, required: false })
  async modifyPath(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
    @Body() request: ModifyPathRequest,
  ): Promise<ResourceListAnswer> {
    return present(await this.resources.modifyPath(tenant, serviceId, resourceId, request.pathPluginList ?? []));
  }

  @Put('resource-methods/:resourceId')
  @Operation({
    id: 'modifyResourceMethod',
    changes: 'getResource',
    summary: 'Modify a method, modify or delete its plugins',
    description: 'The OPTIONS method that a CORS plugin made cannot be modified.',
    answer: ResourceListAnswer,
    errors: [...PLUGIN_ERRORS, 'SERVICE_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'NOT_A_METHOD', 'FRONTEND_PATH_MISMATCH'],
  })
  async modifyMethod(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
    @Body() request: ModifyMethodRequest,
  ): Promise<ResourceListAnswer> {
    return present(await this.resources.modifyMethod(tenant, serviceId, resourceId, request));
  }

  @Delete('resources/:resourceId')
  @Operation({
    id: 'deleteResource',
    summary: 'Delete a method, or a path with all below it',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'ROOT_RESOURCE_NOT_DELETABLE', 'CORS_METHOD_NOT_DELETABLE'],
  })
  async delete(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
  ): Promise<PlainAnswer> {
    await this.resources.delete(tenant, serviceId, resourceId);
    return success();
  }
}

async function present(rows: readonly ResourceRow[]): Promise<ResourceListAnswer> {
  return success({ resourceList: await mapInSlices(rows, presentResource) });
}
