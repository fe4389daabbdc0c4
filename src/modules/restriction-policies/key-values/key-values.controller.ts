import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PageQuery, PlainAnswer, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import {
  CreateKeyValueRequest,
  type KeyValueAnswer,
  KeyValueListAnswer,
  ModifyKeyValueRequest,
  OneKeyValueAnswer,
} from './key-values.dto.js';
import type { KeyValueRow } from './key-values.queries.js';
import { KeyValuesService } from './key-values.service.js';

@ApiTags('Request Restriction Policy')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(
  managementPaths('services/:apigwServiceId/request-restriction-policies/:requestRestrictionPolicyId/key-values'),
)
export class KeyValuesController {
  constructor(private readonly values: KeyValuesService) {}

  @Get()
  @Operation({
    id: 'listRestrictionKeyValues',
    summary: 'List the key values of a request restriction policy',
    description: 'An addition to the published API. Oldest first.',
    answer: KeyValueListAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
    @Query() page: PageQuery,
  ): Promise<KeyValueListAnswer> {
    const { items, paging } = await this.values.list(tenant, { serviceId, policyId }, page);
    return success({ paging, requestRestrictionKeyValueList: items.map(present) });
  }

  @Get(':requestRestrictionKeyValueId')
  @Operation({
    id: 'getRestrictionKeyValue',
    summary: 'Get a key value of a request restriction policy',
    description: 'An addition to the published API.',
    answer: OneKeyValueAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
    @Param('requestRestrictionKeyValueId') keyValueId: string,
  ): Promise<OneKeyValueAnswer> {
    const row = await this.values.get(tenant, { serviceId, policyId }, keyValueId);
    return success({ requestRestrictionKeyValue: present(row) });
  }

  @Post()
  @Operation({
    id: 'createRestrictionKeyValue',
    summary: 'Create a key value of a request restriction policy',
    description: 'An addition to the published API. A policy has at most 1,000 (INVALID_PARAMETER).',
    answer: OneKeyValueAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND'],
  })
  async create(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
    @Body() request: CreateKeyValueRequest,
  ): Promise<OneKeyValueAnswer> {
    const row = await this.values.create(tenant, { serviceId, policyId }, request);
    return success({ requestRestrictionKeyValue: present(row) });
  }

  @Put(':requestRestrictionKeyValueId')
  @Operation({
    id: 'modifyRestrictionKeyValue',
    summary: 'Modify a key value of a request restriction policy',
    description: 'An addition to the published API. The value stays; what is left out is unset.',
    answer: OneKeyValueAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
    @Param('requestRestrictionKeyValueId') keyValueId: string,
    @Body() request: ModifyKeyValueRequest,
  ): Promise<OneKeyValueAnswer> {
    const row = await this.values.modify(tenant, { serviceId, policyId }, keyValueId, request);
    return success({ requestRestrictionKeyValue: present(row) });
  }

  @Delete(':requestRestrictionKeyValueId')
  @Operation({
    id: 'deleteRestrictionKeyValue',
    summary: 'Delete a key value of a request restriction policy',
    description: 'An addition to the published API.',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async delete(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('requestRestrictionPolicyId') policyId: string,
    @Param('requestRestrictionKeyValueId') keyValueId: string,
  ): Promise<PlainAnswer> {
    await this.values.delete(tenant, { serviceId, policyId }, keyValueId);
    return success();
  }
}

function present(row: KeyValueRow): KeyValueAnswer {
  return {
    requestRestrictionKeyValueId: row.id,
    requestRestrictionPolicyId: row.policyId,
    requestRestrictionKeyValue: row.value,
    requestsPerSecond: row.requestsPerSecond,
    ipAccessControlType: row.ipAclType,
    ipAccessControlList: row.ipAclList,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
