import { Body, Controller, Get, Param, Post, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { ErrorKey } from '../../../errors/index.js';
import { managementPaths, Operation, PlainAnswer, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { ParametersAnswer, ResponsesAnswer } from './descriptions.answers.js';
import { CreateParametersRequest, CreateResponsesRequest } from './descriptions.dto.js';
import { presentParameters, presentResponses } from './descriptions.presenter.js';
import { DescriptionsService } from './descriptions.service.js';

const READ_ERRORS: ErrorKey[] = [
  'SERVICE_NOT_FOUND',
  'RESOURCE_NOT_FOUND',
  'NOT_A_METHOD_FOR_PARAMETERS',
  'CORS_METHOD_HAS_NO_PARAMETERS',
];
const WRITE_ERRORS: ErrorKey[] = [
  ...READ_ERRORS,
  'INVALID_INPUT',
  'INVALID_HEADER_NAME',
  'CONTENT_TYPE_INVALID',
  'MODEL_NOT_FOUND',
];

@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/resources/:resourceId'))
export class DescriptionsController {
  constructor(private readonly descriptions: DescriptionsService) {}

  @Get('parameters')
  @ApiTags('Resource Parameter')
  @Operation({
    id: 'getResourceParameters',
    summary: 'List the request parameters of a method',
    answer: ParametersAnswer,
    errors: READ_ERRORS,
  })
  async getParameters(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
  ): Promise<ParametersAnswer> {
    const { parameters } = await this.descriptions.get(tenant, serviceId, resourceId);
    return success(presentParameters(parameters));
  }

  @Post('parameters')
  @ApiTags('Resource Parameter')
  @Operation({
    id: 'createResourceParameters',
    changes: 'getResourceParameters',
    summary: 'Replace the request parameters of a method',
    answer: PlainAnswer,
    errors: WRITE_ERRORS,
  })
  async createParameters(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
    @Body() request: CreateParametersRequest,
  ): Promise<PlainAnswer> {
    await this.descriptions.replaceParameters(tenant, serviceId, resourceId, request);
    return success();
  }

  @Get('responses')
  @ApiTags('Resource Response')
  @Operation({
    id: 'getResourceResponses',
    summary: 'List the responses of a method',
    answer: ResponsesAnswer,
    errors: READ_ERRORS,
  })
  async getResponses(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
  ): Promise<ResponsesAnswer> {
    const { responses } = await this.descriptions.get(tenant, serviceId, resourceId);
    return success(presentResponses(responses));
  }

  @Post('responses')
  @ApiTags('Resource Response')
  @Operation({
    id: 'createResourceResponses',
    changes: 'getResourceResponses',
    summary: 'Replace the responses of a method',
    answer: PlainAnswer,
    errors: WRITE_ERRORS,
  })
  async createResponses(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('resourceId') resourceId: string,
    @Body() request: CreateResponsesRequest,
  ): Promise<PlainAnswer> {
    await this.descriptions.replaceResponses(tenant, serviceId, resourceId, request);
    return success();
  }
}
