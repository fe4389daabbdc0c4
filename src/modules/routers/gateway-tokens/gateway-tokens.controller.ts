import { Body, Controller, Delete, Get, Header, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, PlainAnswer, success } from '../../../http/index.js';
import { AdministratorGuard } from '../../auth/index.js';
import {
  CreateGatewayTokenRequest,
  type GatewayTokenAnswer,
  GatewayTokenListAnswer,
  ListGatewayTokensQuery,
  OneGatewayTokenAnswer,
  OneNewGatewayTokenAnswer,
} from './gateway-tokens.dto.js';
import type { GatewayTokenRow } from './gateway-tokens.queries.js';
import { GatewayTokensService } from './gateway-tokens.service.js';

@ApiTags('Gateway')
@UseGuards(AdministratorGuard)
@Controller('v2.0/gateway-tokens')
export class GatewayTokensController {
  constructor(private readonly tokens: GatewayTokensService) {}

  @Get()
  @Operation({
    id: 'listGatewayTokens',
    summary: 'List gateway tokens',
    access: 'token',
    answer: GatewayTokenListAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async list(@Query() query: ListGatewayTokensQuery): Promise<GatewayTokenListAnswer> {
    const { items, paging } = await this.tokens.list(query);
    return success({ paging, gatewayTokenList: items.map(present) });
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Operation({
    id: 'createGatewayToken',
    summary: 'Create a gateway token',
    description: 'The answer holds its value, which is shown this once: only a hash of it is kept.',
    access: 'token',
    answer: OneNewGatewayTokenAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async create(@Body() request: CreateGatewayTokenRequest): Promise<OneNewGatewayTokenAnswer> {
    const { row, value } = await this.tokens.create(request);
    return success({ gatewayToken: { ...present(row), gatewayTokenValue: value } });
  }

  @Get(':gatewayTokenId')
  @Operation({
    id: 'getGatewayToken',
    summary: 'Get a gateway token',
    access: 'token',
    answer: OneGatewayTokenAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async get(@Param('gatewayTokenId') tokenId: string): Promise<OneGatewayTokenAnswer> {
    return success({ gatewayToken: present(await this.tokens.get(tokenId)) });
  }

  @Delete(':gatewayTokenId')
  @Operation({
    id: 'revokeGatewayToken',
    summary: 'Revoke a gateway token',
    description: 'Its gateways are refused from their next call on, and go on serving what they have.',
    access: 'token',
    answer: PlainAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async revoke(@Param('gatewayTokenId') tokenId: string): Promise<PlainAnswer> {
    await this.tokens.revoke(tokenId);
    return success();
  }
}

function present({
  id,
  name,
  serverGroup,
  createdAt,
  lastUsedAt,
  revokedAt,
  gateways,
}: GatewayTokenRow): GatewayTokenAnswer {
  const gatewayList = gateways.map((gateway) => ({ gatewayId: gateway.id, lastSeenAt: gateway.lastSeenAt }));
  const { regionCode } = serverGroup;
  return { gatewayTokenId: id, gatewayTokenName: name, regionCode, createdAt, lastUsedAt, revokedAt, gatewayList };
}
