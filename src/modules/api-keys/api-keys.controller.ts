import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PlainAnswer, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { ApiKeyValues } from './api-key-values.js';
import {
  ApiKeyListAnswer,
  CreateApiKeyRequest,
  ListApiKeysQuery,
  ModifyApiKeyRequest,
  OneApiKeyAnswer,
  RegenerateApiKeyRequest,
} from './api-keys.dto.js';
import { presentApiKey } from './api-keys.presenter.js';
import type { ApiKeyRow } from './api-keys.queries.js';
import { ApiKeysService } from './api-keys.service.js';

@ApiTags('API Key')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('apikeys'))
export class ApiKeysController {
  constructor(
    private readonly apiKeys: ApiKeysService,
    private readonly values: ApiKeyValues,
  ) {}

  @Get()
  @Operation({
    id: 'listApiKeys',
    summary: 'List API keys',
    description: 'Keys that satisfy all conditions.',
    answer: ApiKeyListAnswer,
    errors: [],
  })
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListApiKeysQuery): Promise<ApiKeyListAnswer> {
    const { items, paging } = await this.apiKeys.list(tenant, query);
    return success({ paging, apiKeyList: items.map((row) => presentApiKey(row, this.values)) });
  }

  @Get(':apiKeyId')
  @Operation({ id: 'getApiKey', summary: 'Get an API key', answer: OneApiKeyAnswer, errors: ['API_KEY_NOT_FOUND'] })
  async get(@CurrentTenant() tenant: Tenant, @Param('apiKeyId') apiKeyId: string): Promise<OneApiKeyAnswer> {
    return this.answer(await this.apiKeys.get(tenant, apiKeyId));
  }

  @Post()
  @Operation({
    id: 'createApiKey',
    summary: 'Create an API key',
    description: 'Values are unique over the whole installation.',
    answer: OneApiKeyAnswer,
    errors: ['INVALID_INPUT', 'API_KEY_DUPLICATED'],
  })
  async create(@CurrentTenant() tenant: Tenant, @Body() request: CreateApiKeyRequest): Promise<OneApiKeyAnswer> {
    return this.answer(await this.apiKeys.create(tenant, request));
  }

  @Put(':apiKeyId')
  @Operation({
    id: 'modifyApiKey',
    summary: 'Modify an API key',
    description: 'Changes name, description and status; the values stay.',
    answer: OneApiKeyAnswer,
    errors: ['INVALID_INPUT', 'API_KEY_NOT_FOUND'],
  })
  async modify(
    @CurrentTenant() tenant: Tenant,
    @Param('apiKeyId') apiKeyId: string,
    @Body() request: ModifyApiKeyRequest,
  ): Promise<OneApiKeyAnswer> {
    return this.answer(await this.apiKeys.modify(tenant, apiKeyId, request));
  }

  @Delete(':apiKeyId')
  @Operation({
    id: 'deleteApiKey',
    summary: 'Delete an API key',
    answer: PlainAnswer,
    errors: ['API_KEY_NOT_FOUND', 'API_KEY_IN_USE', 'API_KEY_DELETE_INCOMPLETE', 'API_KEY_DELETE_FAILED'],
  })
  async delete(@CurrentTenant() tenant: Tenant, @Param('apiKeyId') apiKeyId: string): Promise<PlainAnswer> {
    await this.apiKeys.delete(tenant, apiKeyId);
    return success();
  }

  @Post(':apiKeyId/regenerate')
  @Operation({
    id: 'regenerateApiKey',
    changes: 'getApiKey',
    summary: 'Regenerate a value of an API key',
    description: 'The old value is good no longer; when it fails, it stays.',
    answer: OneApiKeyAnswer,
    errors: ['INVALID_INPUT', 'API_KEY_NOT_FOUND', 'API_KEY_REGENERATE_FAILED'],
  })
  async regenerate(
    @CurrentTenant() tenant: Tenant,
    @Param('apiKeyId') apiKeyId: string,
    @Body() request: RegenerateApiKeyRequest,
  ): Promise<OneApiKeyAnswer> {
    return this.answer(await this.apiKeys.regenerate(tenant, apiKeyId, request));
  }

  private answer(row: ApiKeyRow): OneApiKeyAnswer {
    return success({ apiKey: presentApiKey(row, this.values) });
  }
}
