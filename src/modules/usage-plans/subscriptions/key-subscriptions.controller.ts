import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, Settings, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { ListKeySubscriptionsQuery, SubscribedStageListAnswer } from './subscriptions.dto.js';
import { presentSubscribedStage } from './subscriptions.presenter.js';
import { SubscriptionsService } from './subscriptions.service.js';

@ApiTags('API Key Subscription')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('apikeys/:apiKeyId/subscriptions'))
export class KeySubscriptionsController {
  constructor(
    private readonly subscriptions: SubscriptionsService,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Operation({
    id: 'listSubscriptionsOfApiKey',
    summary: 'List the stages and usage plans that an API key is connected to',
    answer: SubscribedStageListAnswer,
    errors: ['API_KEY_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('apiKeyId') apiKeyId: string,
    @Query() query: ListKeySubscriptionsQuery,
  ): Promise<SubscribedStageListAnswer> {
    const { items, paging } = await this.subscriptions.listOfKey(tenant, apiKeyId, query);
    const stages = items.map((row) => presentSubscribedStage(row, this.settings.stageDomain));
    return success({ paging, subscribedStageAndUsagePlanList: stages });
  }
}
