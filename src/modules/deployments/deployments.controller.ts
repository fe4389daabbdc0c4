import { Body, Controller, Delete, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import { AfterCommit, managementPaths, Operation, PageQuery, PlainAnswer, success } from '../../http/index.js';
import { SecretBox } from '../../kernel/secret-box.js';
import { presentStageResources } from '../stages/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { DeployQuery } from './convergence/convergence.dto.js';
import { ConvergenceService } from './convergence/convergence.service.js';
import {
  DeploymentHistoryAnswer,
  DeployStageAnswer,
  DeployStageRequest,
  LatestDeploymentResultAnswer,
  OneDeploymentAnswer,
  RollbackAnswer,
} from './deployments.dto.js';
import { presentDeployment, presentRolledBack } from './deployments.presenter.js';
import { DeploymentsService } from './deployments.service.js';
import { readWish } from './deployment-wish.rules.js';
import { presentPlan } from './plans/plans.presenter.js';
import { PlansService } from './plans/plans.service.js';

@ApiTags('Deploy Stage')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/deploys'))
export class DeploymentsController {
  constructor(
    private readonly deployments: DeploymentsService,
    private readonly convergence: ConvergenceService,
    private readonly plans: PlansService,
    private readonly box: SecretBox,
  ) {}

  @Post()
  @Operation({
    id: 'deployStage',
    summary: 'Deploy a stage',
    description:
      'Answers at once; ask for the latest deployment to see how it ends. With `wait` it answers at the end, and names ' +
      'the gateways that serve the deployment and those that do not. With `dryRun=true` nothing is deployed, and a plan ' +
      'is made; with its `planId` exactly that is deployed within 24 hours, or nothing (409121000).',
    answer: DeployStageAnswer,
    errors: [
      'INVALID_INPUT',
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'DEPLOY_STAGE_EMPTY',
      'DEPLOY_NO_METHOD',
      'DEPLOY_STAGE_DELETED',
      'DEPLOY_HOST_MISSING',
      'DEPLOY_NO_ROUTE',
      'STAGE_DEPLOYING',
      'STAGE_NOT_CHANGED',
      'DEPLOYMENT_PLAN_NOT_FOUND',
      'DEPLOYMENT_PLAN_OUTDATED',
      'STAGE_PLUGIN_UNREADABLE',
      'NO_LIVE_GATEWAY',
      'DEPLOYMENT_NOT_FOUND',
      'SNAPSHOT_NOT_SERIALIZABLE',
      'SNAPSHOT_UNREADABLE',
      'BACKEND_TYPE_UNSUPPORTED',
      'DEPLOY_NOT_QUEUED',
    ],
  })
  @ApiBody({ type: DeployStageRequest, required: false })
  async deploy(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Query() query: DeployQuery,
    @Body() request: DeployStageRequest,
  ): Promise<DeployStageAnswer | AfterCommit<DeployStageAnswer>> {
    const wish = readWish(query, request);
    if (wish.isDryRun)
      return success({ deploymentPlan: presentPlan(await this.plans.make(tenant, serviceId, stageId)) });
    const deployId = await this.deployments.deploy(tenant, serviceId, stageId, wish);
    const answer = success({ deployId, ...(wish.planId === null ? {} : { planId: wish.planId }) });
    const converged = (gone: AbortSignal) => this.convergence.wait(deployId, query.timeoutMs, gone);
    return query.wait === undefined
      ? answer
      : new AfterCommit(answer, async (gone) => ({ ...answer, ...(await converged(gone)) }));
  }

  @Get('latest')
  @Operation({
    id: 'getLatestDeployment',
    summary: 'Get the latest deployment of a stage',
    answer: LatestDeploymentResultAnswer,
    errors: [
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'DEPLOYMENT_NOT_FOUND',
      'SNAPSHOT_UNREADABLE',
      'DEPLOY_RESTORE_FAILED',
    ],
  })
  async latest(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<LatestDeploymentResultAnswer> {
    const { deployment, stage, settings } = await this.deployments.latest(tenant, serviceId, stageId);
    const stageResourceList = await presentStageResources(settings.resources, stageId, this.box);
    return success({ latestStageDeployResult: { ...presentDeployment(deployment, stage), stageResourceList } });
  }

  @Get()
  @Operation({
    id: 'listDeployments',
    summary: 'List the deployments of a stage, newest first',
    answer: DeploymentHistoryAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async history(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Query() page: PageQuery,
  ): Promise<DeploymentHistoryAnswer> {
    const { items, paging, stage } = await this.deployments.history(tenant, serviceId, stageId, page);
    return success({ paging, stageDeployHistoryList: items.map((one) => presentDeployment(one, stage)) });
  }

  @Get(':deployId')
  @Operation({
    id: 'getDeployment',
    summary: 'Get a deployment of a stage',
    answer: OneDeploymentAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('deployId') deploymentId: string,
  ): Promise<OneDeploymentAnswer> {
    const { deployment, stage } = await this.deployments.get(tenant, serviceId, stageId, deploymentId);
    return success({ stageDeployHistory: presentDeployment(deployment, stage) });
  }

  @Delete(':deployId')
  @Operation({
    id: 'deleteDeployment',
    summary: 'Delete a deployment from the history',
    answer: PlainAnswer,
    errors: ['SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND', 'DEPLOYMENT_NOT_FOUND', 'STAGE_DEPLOYING', 'DEPLOYMENT_IN_USE'],
  })
  async delete(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('deployId') deploymentId: string,
  ): Promise<PlainAnswer> {
    await this.deployments.delete(tenant, serviceId, stageId, deploymentId);
    return success();
  }

  @Post(':deployId/rollback')
  @Operation({
    id: 'rollbackStage',
    changes: 'listStageResources',
    summary: 'Roll a stage back to a deployment',
    description: 'Replaces the settings of the stage; the gateways serve them after the next deployment.',
    answer: RollbackAnswer,
    errors: [
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'DEPLOYMENT_NOT_FOUND',
      'STAGE_DEPLOYING',
      'DEPLOYMENT_NOT_COMPLETE',
      'ROLLBACK_NO_DIFFERENCE',
      'SNAPSHOT_UNREADABLE',
      'ROLLBACK_FAILED',
    ],
  })
  async rollback(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Param('deployId') deploymentId: string,
  ): Promise<RollbackAnswer> {
    const settings = await this.deployments.rollback(tenant, serviceId, stageId, deploymentId);
    return success({ stageResourceList: await presentRolledBack(settings, stageId, this.box) });
  }
}
