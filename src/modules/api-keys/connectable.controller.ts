import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { ApiKeyValues } from './api-key-values.js';
import { ApiKeyListAnswer, ListApiKeysQuery } from './api-keys.dto.js';
import { presentApiKey } from './api-keys.presenter.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('API Key')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('stages/:stageId/apikeys/connectable'))
export class ConnectableController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly values: ApiKeyValues,
  ) {}

  @Get()
  @Operation({
    id: 'listConnectableApiKeys',
    summary: 'List the API keys that can be connected to a stage',
    description: 'Keys that no usage plan connects to the stage, and that satisfy all conditions.',
    answer: ApiKeyListAnswer,
    errors: ['STAGE_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('stageId') stageId: string,
    @Query() query: ListApiKeysQuery,
  ): Promise<ApiKeyListAnswer> {
    const { items, paging } = await this.apiKeys.listConnectable(tenant, stageId, query);
    return success({ paging, apiKeyList: items.map((row) => presentApiKey(row, this.values)) });
  }
}
