import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PageQuery, PlainAnswer, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  CreateRestrictionPolicyRequest,
  ModifyRestrictionPolicyRequest,
  OneRestrictionPolicyAnswer,
  type RestrictionPolicyAnswer,
  RestrictionPolicyListAnswer,
} from './restriction-policies.dto.js';
import type { RestrictionPolicyRow } from './restriction-policies.queries.js';
import { RestrictionPoliciesService } from './restriction-policies.service.js';

@ApiTags('Request Restriction Policy')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/request-restriction-policies'))
export class RestrictionPoliciesController {
  constructor(private readonly policies: RestrictionPoliciesService) {}

  @Get()
  @Operation({
    id: 'listRestrictionPolicies',
    summary: 'List request restriction policies',
    description: 'An addition to the published API. Oldest first.',
    answer: RestrictionPolicyListAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Query() page: PageQuery,
  ): Promise<RestrictionPolicyListAnswer> {
    const { items, paging } = await this.policies.list(tenant, serviceId, page);
    return success({ paging, requestRestrictionPolicyList: items.map(present) });
  }

  @Get(':requestRestrictionPolicyId')
  @Operation({
    id: 'getRestrictionPolicy',
    summary: 'Get a request restriction policy',
    description: 'An addition to the published API.',
    answer: OneRestrictionPolicyAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
  ): Promise<OneRestrictionPolicyAnswer> {
    return success({ requestRestrictionPolicy: present(await this.policies.get(tenant, serviceId, policyId)) });
  }

  @Post()
  @Operation({
    id: 'createRestrictionPolicy',
    summary: 'Create a request restriction policy',
    description: 'An addition to the published API. A service has at most 10 (INVALID_PARAMETER).',
    answer: OneRestrictionPolicyAnswer,
    errors: ['INVALID_INPUT', 'INVALID_HEADER_NAME', 'SERVICE_NOT_FOUND'],
  })
  async create(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Body() request: CreateRestrictionPolicyRequest,
  ): Promise<OneRestrictionPolicyAnswer> {
    return success({ requestRestrictionPolicy: present(await this.policies.create(tenant, serviceId, request)) });
  }

  @Put(':requestRestrictionPolicyId')
  @Operation({
    id: 'modifyRestrictionPolicy',
    summary: 'Modify a request restriction policy',
    description: 'An addition to the published API. Key type and key stay.',
    answer: OneRestrictionPolicyAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
    @Body() request: ModifyRestrictionPolicyRequest,
  ): Promise<OneRestrictionPolicyAnswer> {
    const row = await this.policies.modify(tenant, serviceId, policyId, request);
    return success({ requestRestrictionPolicy: present(row) });
  }

  @Delete(':requestRestrictionPolicyId')
  @Operation({
    id: 'deleteRestrictionPolicy',
    summary: 'Delete a request restriction policy',
    description:
      'An addition to the published API. Its key values go too. One that is set on a stage, or is part of what is ' +
      'deployed to one, is kept (INVALID_PARAMETER).',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async delete(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
  ): Promise<PlainAnswer> {
    await this.policies.delete(tenant, serviceId, policyId);
    return success();
  }
}

function present(row: RestrictionPolicyRow): RestrictionPolicyAnswer {
  return {
    requestRestrictionPolicyId: row.id,
    apigwServiceId: row.serviceId,
    requestRestrictionPolicyName: row.name,
    requestRestrictionKeyType: row.keyType,
    requestRestrictionKey: row.keyName,
    defaultRequestsPerSecond: row.defaultRequestsPerSecond,
    remainingRequestsShown: row.tellsRemaining,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
