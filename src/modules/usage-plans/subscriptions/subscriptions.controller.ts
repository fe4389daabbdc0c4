import { Body, Controller, Delete, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PlainAnswer, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import {
  ChangeUsagePlanRequest,
  ConnectApiKeysRequest,
  ConnectedApiKeysAnswer,
  DisconnectApiKeysRequest,
  ListSubscriptionsQuery,
  OneSubscriptionAnswer,
  SubscriptionListAnswer,
} from './subscriptions.dto.js';
import { presentSubscription } from './subscriptions.presenter.js';
import { SubscriptionsService } from './subscriptions.service.js';

@ApiTags('API Key Subscription')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('usage-plans/:usagePlanId/stages/:stageId/subscriptions'))
export class SubscriptionsController {
  constructor(private readonly subscriptions: SubscriptionsService) {}

  @Get()
  @Operation({
    id: 'listSubscriptions',
    summary: 'List the API keys that are connected to a stage of a usage plan',
    description: 'Subscriptions that satisfy all conditions.',
    answer: SubscriptionListAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() { projectId }: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
    @Query() query: ListSubscriptionsQuery,
  ): Promise<SubscriptionListAnswer> {
    const { items, paging } = await this.subscriptions.list({ projectId, usagePlanId, stageId }, query);
    return success({ paging, apiSubscriptionList: items.map(presentSubscription) });
  }

  @Get(':subscriptionId')
  @Operation({
    id: 'getSubscription',
    summary: 'Get a subscription',
    answer: OneSubscriptionAnswer,
    errors: ['USAGE_PLAN_NOT_FOUND', 'STAGE_NOT_FOUND', 'SUBSCRIPTION_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() { projectId }: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
    @Param('subscriptionId') subscriptionId: string,
  ): Promise<OneSubscriptionAnswer> {
    const row = await this.subscriptions.get({ projectId, usagePlanId, stageId }, subscriptionId);
    return success({ apiSubscription: presentSubscription(row) });
  }

  @Post()
  @Operation({
    id: 'connectApiKeys',
    summary: 'Connect API keys to a stage of a usage plan',
    description: 'All or none. One usage plan at most connects a key to a stage.',
    answer: ConnectedApiKeysAnswer,
    errors: [
      'INVALID_INPUT',
      'USAGE_PLAN_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'API_KEY_NOT_FOUND',
      'API_KEY_ALREADY_CONNECTED',
      'API_KEY_CONNECT_FAILED',
    ],
  })
  async connect(
    @CurrentTenant() { projectId }: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
    @Body() request: ConnectApiKeysRequest,
  ): Promise<ConnectedApiKeysAnswer> {
    const rows = await this.subscriptions.connect({ projectId, usagePlanId, stageId }, request.apiKeyIdList);
    return success({ apiSubscriptionList: rows.map(presentSubscription) });
  }

  @Delete()
  @Operation({
    id: 'disconnectApiKeys',
    changes: null,
    summary: 'Disconnect API keys from a stage of a usage plan',
    description: 'All or none.',
    answer: PlainAnswer,
    errors: [
      'INVALID_INPUT',
      'USAGE_PLAN_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'SUBSCRIPTION_NOT_FOUND',
      'API_KEY_DISCONNECT_FAILED',
    ],
  })
  async disconnect(
    @CurrentTenant() { projectId }: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
    @Body() request: DisconnectApiKeysRequest,
  ): Promise<PlainAnswer> {
    await this.subscriptions.disconnect({ projectId, usagePlanId, stageId }, request.apiSubscriptionIdList);
    return success();
  }

  @Post(':subscriptionId/change-usage-plan')
  @Operation({
    id: 'changeUsagePlan',
    changes: 'getSubscription',
    summary: 'Change the usage plan of a connected API key',
    description: 'The other usage plan must be connected to the stage. The subscription keeps its id.',
    answer: PlainAnswer,
    errors: [
      'INVALID_INPUT',
      'USAGE_PLAN_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'SUBSCRIPTION_NOT_FOUND',
      'USAGE_PLAN_CHANGE_INVALID',
      'USAGE_PLAN_CHANGE_FAILED',
    ],
  })
  async changePlan(
    @CurrentTenant() { projectId }: Tenant,
    @Param('usagePlanId') usagePlanId: string,
    @Param('stageId') stageId: string,
    @Param('subscriptionId') subscriptionId: string,
    @Body() request: ChangeUsagePlanRequest,
  ): Promise<PlainAnswer> {
    const place = { projectId, usagePlanId, stageId };
    await this.subscriptions.changePlan(place, subscriptionId, request.changeUsagePlanId);
    return success();
  }
}
