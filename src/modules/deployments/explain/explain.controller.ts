import { Body, Controller, Param, Post, Req, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { callerAddress, managementPaths, Operation, Settings, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { ExplainAnswer } from './explain.answers.js';
import { ExplainRequest } from './explain.dto.js';
import { presentExplanation } from './explain.presenter.js';
import { ExplainService } from './explain.service.js';

@ApiTags('Deploy Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/explain'))
export class ExplainController {
  constructor(
    private readonly explanations: ExplainService,
    private readonly settings: Settings,
  ) {}

  @Post()
  @Operation({
    id: 'explainRequest',
    summary: 'Explain what would become of a request',
    description:
      'Which route serves it, what each plugin says, where it goes or what it is answered with. Nobody is called and ' +
      'nothing is counted: PRE_API and keys of a JWKS URI are taken to be good, limits per second to be unused. What ' +
      'the backend answers is not known.',
    answer: ExplainAnswer,
    errors: [
      'INVALID_INPUT',
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'SNAPSHOT_UNREADABLE',
      'DEPLOY_STAGE_EMPTY',
      'DEPLOY_NO_METHOD',
      'DEPLOY_NO_ROUTE',
      'STAGE_PLUGIN_UNREADABLE',
      'BACKEND_TYPE_UNSUPPORTED',
      'SNAPSHOT_NOT_SERIALIZABLE',
    ],
    onlyReads: true,
  })
  async explain(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Body() request: ExplainRequest,
    @Req() call: FastifyRequest,
  ): Promise<ExplainAnswer> {
    const callerIp = callerAddress(call, this.settings.trustedProxies);
    const explained = await this.explanations.explain(tenant, [serviceId, stageId], request, callerIp);
    return success({ explanation: presentExplanation(explained) });
  }
}
