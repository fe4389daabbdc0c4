import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { CompareDeploymentsQuery, ComparisonAnswer } from './diff.dto.js';
import { presentComparison } from './diff.presenter.js';
import { DiffService } from './diff.service.js';

@ApiTags('Deploy Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId'))
export class DiffController {
  constructor(private readonly diffs: DiffService) {}

  @Get('diff')
  @Operation({
    id: 'compareStage',
    summary: 'Compare a stage with its live deployment',
    description: 'What a deployment would change. Nothing differs exactly when a deployment is refused with 409104002.',
    answer: ComparisonAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'SNAPSHOT_UNREADABLE', 'SNAPSHOT_NOT_SERIALIZABLE'],
  })
  async compareStage(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<ComparisonAnswer> {
    return success({ diff: presentComparison(await this.diffs.compareWithLive(tenant, serviceId, stageId)) });
  }

  @Get('deploys/:deployId/diff')
  @Operation({
    id: 'compareDeployments',
    summary: 'Compare two deployments of a stage',
    description: 'From the one in the path to the one in the query.',
    answer: ComparisonAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND', 'SNAPSHOT_UNREADABLE'],
  })
  async compareDeployments(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('deployId') deploymentId: string,
    @Query() query: CompareDeploymentsQuery,
  ): Promise<ComparisonAnswer> {
    const ids = [deploymentId, query.with] as const;
    return success({ diff: presentComparison(await this.diffs.compare(tenant, serviceId, stageId, ids)) });
  }
}
