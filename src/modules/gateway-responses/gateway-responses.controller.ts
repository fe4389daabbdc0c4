import { Body, Controller, Delete, Get, Param, Put, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, PlainAnswer, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  type GatewayResponseAnswer,
  GatewayResponseListAnswer,
  OneGatewayResponseAnswer,
  RedefineGatewayResponseRequest,
} from './gateway-responses.dto.js';
import type { GatewayResponseRow } from './gateway-responses.queries.js';
import { GatewayResponsesService } from './gateway-responses.service.js';

@ApiTags('Gateway Response')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/gateway-responses'))
export class GatewayResponsesController {
  constructor(private readonly responses: GatewayResponsesService) {}

  @Get()
  @Operation({
    id: 'listGatewayResponses',
    summary: 'List the gateway responses that a service has redefined',
    answer: GatewayResponseListAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async list(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
  ): Promise<GatewayResponseListAnswer> {
    return success({ gatewayResponseList: (await this.responses.list(tenant, serviceId)).map(present) });
  }

  @Get(':gatewayResponseId')
  @Operation({
    id: 'getGatewayResponse',
    summary: 'Get a gateway response that a service has redefined',
    answer: OneGatewayResponseAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('gatewayResponseId') gatewayResponseId: string,
  ): Promise<OneGatewayResponseAnswer> {
    return success({ gatewayResponse: present(await this.responses.get(tenant, serviceId, gatewayResponseId)) });
  }

  @Put()
  @Operation({
    id: 'redefineGatewayResponse',
    summary: 'Redefine a gateway response',
    description: 'The gateways answer with it after the next deployment of a stage.',
    answer: OneGatewayResponseAnswer,
    errors: [
      'INVALID_INPUT',
      'INVALID_HEADER_NAME',
      'CONTENT_TYPE_INVALID',
      'CONTEXT_VARIABLE_INVALID',
      'PATH_VARIABLE_UNDECLARED',
      'SERVICE_NOT_FOUND',
    ],
  })
  async redefine(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Body() request: RedefineGatewayResponseRequest,
  ): Promise<OneGatewayResponseAnswer> {
    return success({ gatewayResponse: present(await this.responses.redefine(tenant, serviceId, request)) });
  }

  @Delete(':gatewayResponseId')
  @Operation({
    id: 'resetGatewayResponse',
    summary: 'Reset a gateway response to its default',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND'],
  })
  async reset(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('gatewayResponseId') gatewayResponseId: string,
  ): Promise<PlainAnswer> {
    await this.responses.reset(tenant, serviceId, gatewayResponseId);
    return success();
  }
}

function present(row: GatewayResponseRow): GatewayResponseAnswer {
  return {
    gatewayResponseId: row.id,
    gatewayResponseType: row.type,
    httpStatusCode: row.status,
    headers: row.headers as object,
    body: row.body as object,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
