import { Body, Controller, Delete, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PageQuery, PlainAnswer, Settings, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { CreateCustomDomainRequest, CustomDomainListAnswer, OneCustomDomainAnswer } from './custom-domains.dto.js';
import { presentCustomDomain } from './custom-domains.presenter.js';
import { CustomDomainsService } from './custom-domains.service.js';

@ApiTags('Custom Domain')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('custom-domains'))
export class CustomDomainsController {
  constructor(
    private readonly domains: CustomDomainsService,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Operation({
    id: 'listCustomDomains',
    summary: 'List custom domains',
    description: 'An addition to the published API. Oldest first, each with the stage that it is connected to.',
    answer: CustomDomainListAnswer,
    errors: [],
  })
  async list(@CurrentTenant() tenant: Tenant, @Query() page: PageQuery): Promise<CustomDomainListAnswer> {
    const { items, paging } = await this.domains.list(tenant, page);
    const customDomainList = items.map((row) => presentCustomDomain(row, this.settings.stageDomain));
    return success({ paging, customDomainList });
  }

  @Get(':customDomainId')
  @Operation({
    id: 'getCustomDomain',
    summary: 'Get a custom domain',
    description: 'An addition to the published API.',
    answer: OneCustomDomainAnswer,
    errors: [],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('customDomainId') customDomainId: string,
  ): Promise<OneCustomDomainAnswer> {
    const row = await this.domains.get(tenant, customDomainId);
    return success({ customDomain: presentCustomDomain(row, this.settings.stageDomain) });
  }

  @Post()
  @Operation({
    id: 'createCustomDomain',
    summary: 'Create a custom domain',
    description:
      'An addition to the published API. Takes customDomainPrefix or customDomain. A name exists once in the ' +
      'installation; a project has at most 100 (INVALID_PARAMETER).',
    answer: OneCustomDomainAnswer,
    errors: ['INVALID_INPUT'],
  })
  async create(
    @CurrentTenant() tenant: Tenant,
    @Body() request: CreateCustomDomainRequest,
  ): Promise<OneCustomDomainAnswer> {
    const row = await this.domains.create(tenant, request);
    return success({ customDomain: presentCustomDomain(row, this.settings.stageDomain) });
  }

  @Delete(':customDomainId')
  @Operation({
    id: 'deleteCustomDomain',
    summary: 'Delete a custom domain',
    description: 'An addition to the published API. One that is connected to a stage is kept (INVALID_PARAMETER).',
    answer: PlainAnswer,
    errors: [],
  })
  async delete(@CurrentTenant() tenant: Tenant, @Param('customDomainId') customDomainId: string): Promise<PlainAnswer> {
    await this.domains.delete(tenant, customDomainId);
    return success();
  }
}
