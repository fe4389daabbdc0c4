import { Controller, Delete, Param, Post, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, Settings, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { OneCustomDomainAnswer } from './custom-domains.dto.js';
import { presentCustomDomain } from './custom-domains.presenter.js';
import { CustomDomainsService } from './custom-domains.service.js';

@ApiTags('Custom Domain')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/custom-domains/:customDomainId'))
export class ConnectionsController {
  constructor(
    private readonly domains: CustomDomainsService,
    private readonly settings: Settings,
  ) {}

  @Post()
  @Operation({
    id: 'connectCustomDomain',
    changes: 'getCustomDomain',
    summary: 'Connect a custom domain to a stage',
    description:
      'An addition to the published API. The gateways serve the stage under the name at once, without a deployment; ' +
      'also while one runs.',
    answer: OneCustomDomainAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'CUSTOM_DOMAIN_NOT_CONNECTED'],
  })
  async connect(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('customDomainId') customDomainId: string,
  ): Promise<OneCustomDomainAnswer> {
    const row = await this.domains.connect(tenant, { serviceId, stageId, customDomainId });
    return success({ customDomain: presentCustomDomain(row, this.settings.stageDomain) });
  }

  @Delete()
  @Operation({
    id: 'disconnectCustomDomain',
    changes: 'getCustomDomain',
    summary: 'Disconnect a custom domain from a stage',
    description: 'An addition to the published API. The gateways stop serving the stage under the name.',
    answer: OneCustomDomainAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async disconnect(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('customDomainId') customDomainId: string,
  ): Promise<OneCustomDomainAnswer> {
    const row = await this.domains.disconnect(tenant, { serviceId, stageId, customDomainId });
    return success({ customDomain: presentCustomDomain(row, this.settings.stageDomain) });
  }
}
