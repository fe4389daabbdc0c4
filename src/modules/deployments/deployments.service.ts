import { Injectable } from '@nestjs/common';
import { Database, type FaultNames, holdProject, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { SecretBox } from '../../kernel/secret-box.js';
import { keepStageResources } from '../recycle-bin/index.js';
import { requireKnownPolicies } from '../restriction-policies/index.js';
import { notifyConfiguration } from '../routers/index.js';
import {
  isStageDeploying,
  lockIdleStage,
  readStageSettings,
  replaceStageResources,
  requireStage,
  settingsHash,
  settingsOf,
  type StageOfService,
  type StageSettings,
} from '../stages/index.js';
import type { Tenant } from '../tenancy/index.js';
import { lockStageToDeploy } from './deployable.js';
import { DeploymentInsertion } from './deployment-insertion.js';
import type { DeploymentWish } from './deployment-wish.rules.js';
import { type DeploymentRow, findDeployment, listDeployments, setDesiredDeployment } from './deployments.queries.js';
import {
  findLatestDeployment,
  findSettingsText,
  type Refusal,
  type ShownDeployment,
  type StageDeployments,
} from './latest.queries.js';
import { requirePlan } from './plans/plan-access.js';
import { notePlanApplied } from './plans/plans.queries.js';
import { PreparedDeployments } from './prepared/prepared-deployments.js';
import { RecentSettings } from './recent-settings.js';
import { readSettings, readSettingsText } from './stored-deployment.js';

const DEPLOY_FAULTS: FaultNames = {
  unique: { deployment_running_key: 'STAGE_DEPLOYING' },
  otherwise: 'DEPLOY_NOT_QUEUED',
};

/** Use cases of deployments. The running of one is in settlement.service.ts. */
@Injectable()
export class DeploymentsService {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly insertion: DeploymentInsertion,
    private readonly prepared: PreparedDeployments,
    private readonly recentSettings: RecentSettings,
  ) {}

  /**
   * Begins a deployment of the stage as it is now, or of a plan as long as that is the same; gives its id.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOY_STAGE_DELETED, STAGE_DEPLOYING, DEPLOY_HOST_MISSING,
   * NO_LIVE_GATEWAY, STAGE_NOT_CHANGED, DEPLOY_NOT_QUEUED, SNAPSHOT_NOT_SERIALIZABLE and those of `compileSteps`;
   * with a plan DEPLOYMENT_PLAN_NOT_FOUND, and DEPLOYMENT_PLAN_OUTDATED instead of STAGE_DEPLOYING
   */
  async deploy(tenant: Tenant, serviceId: string, stageId: string, wish: DeploymentWish): Promise<string> {
    const begin = async (queries: Queries) => {
      const owner = await lockStageToDeploy(queries, tenant.projectId, serviceId, stageId);
      const plan = wish.planId === null ? null : await requirePlan(queries, owner.stage, wish.planId);
      if (!plan && (await isStageDeploying(queries, stageId))) throw new AppError('STAGE_DEPLOYING');
      const id = newId();
      const names = { id, projectId: tenant.projectId, stageId, description: wish.description };
      await this.insertion.insert(queries, owner, { names, plan });
      await setDesiredDeployment(queries, stageId, id);
      if (plan) await notePlanApplied(queries, plan.id, id);
      await notifyConfiguration(queries);
      return id;
    };
    return this.database.transaction('deploy stage', begin, { ...DEPLOY_FAULTS, turnOf: serviceId });
  }

  /**
   * The newest deployment with the settings that it carries.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOYMENT_NOT_FOUND, SNAPSHOT_UNREADABLE;
   * DEPLOY_RESTORE_FAILED when it failed and a gateway could not go back to the one before.
   */
  async latest(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
  ): Promise<{ stage: StageDeployments; deployment: ShownDeployment; settings: StageSettings }> {
    const queries = this.database.client;
    const found = await findLatestDeployment(queries, { projectId: tenant.projectId, serviceId, stageId });
    if (!found) throw new AppError('SERVICE_NOT_FOUND');
    const { stage, deployment, refusals } = found;
    if (!stage) throw new AppError('STAGE_NOT_FOUND');
    if (!deployment) throw new AppError('DEPLOYMENT_NOT_FOUND');
    if (deployment.status === 'FAILURE') refuseUnrestored(refusals);
    const known = this.recentSettings.get(stageId, found.version);
    if (known) return { stage, deployment, settings: known };
    const read = await findSettingsText(queries, deployment.id);
    // It has been deleted meanwhile, and another one is the newest.
    if (!read) return this.latest(tenant, serviceId, stageId);
    const settings = readSettingsText(read.text);
    this.recentSettings.keep(stageId, { version: read.version, settings, length: read.text.length });
    return { stage, deployment, settings };
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  async history(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    page: PageQuery,
  ): Promise<StageOfService & Page<DeploymentRow>> {
    return this.database.readAtOnce(async (queries) => {
      const found = await requireStage(queries, tenant.projectId, serviceId, stageId);
      const [rows, count] = await listDeployments(queries, stageId, page);
      return { ...found, ...toPage(page, rows, count) };
    });
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOYMENT_NOT_FOUND */
  async get(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    deploymentId: string,
  ): Promise<StageOfService & { deployment: DeploymentRow }> {
    return this.database.readAtOnce(async (queries) => {
      const found = await requireStage(queries, tenant.projectId, serviceId, stageId);
      const deployment = await findDeployment(queries, stageId, deploymentId);
      if (!deployment) throw new AppError('DEPLOYMENT_NOT_FOUND');
      return { ...found, deployment };
    });
  }

  /**
   * Deletes a deployment from the history.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOYMENT_NOT_FOUND, STAGE_DEPLOYING, DEPLOYMENT_IN_USE
   */
  async delete(tenant: Tenant, serviceId: string, stageId: string, deploymentId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      const { stage } = await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      const deployment = await findDeployment(queries, stageId, deploymentId);
      if (!deployment) throw new AppError('DEPLOYMENT_NOT_FOUND');
      if (deploymentId === stage.baseDeploymentId || deploymentId === stage.liveDeploymentId) {
        throw new AppError('DEPLOYMENT_IN_USE');
      }
      await queries.deployment.delete({ where: { id: deploymentId }, select: { id: true } });
    };
    await this.database.transaction('delete deployment', remove, { turnOf: serviceId });
  }

  /**
   * Puts the settings of a deployment in place of the stage's; the live traffic stays as it is.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOYMENT_NOT_FOUND, STAGE_DEPLOYING,
   * DEPLOYMENT_NOT_COMPLETE, ROLLBACK_NO_DIFFERENCE, SNAPSHOT_UNREADABLE, ROLLBACK_FAILED
   */
  async rollback(tenant: Tenant, serviceId: string, stageId: string, deploymentId: string): Promise<StageSettings> {
    const restore = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      const { service, stage } = await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      const deployment = await findDeployment(queries, stageId, deploymentId);
      if (!deployment) throw new AppError('DEPLOYMENT_NOT_FOUND');
      if (deployment.status !== 'COMPLETE') throw new AppError('DEPLOYMENT_NOT_COMPLETE');
      const settings = readSettings(deployment.settings);
      const before = settingsHash(await readStageSettings(queries, stage), this.box);
      if (before === deployment.settingsHash) throw new AppError('ROLLBACK_NO_DIFFERENCE');
      await requireKnownPolicies(queries, serviceId, settings.resources, rollbackRefusal);
      const names = { projectId: tenant.projectId, serviceId, stageId };
      await keepStageResources(queries, names, 'STAGE_ROLLBACK', 'rollbackStage');
      const replaced = await replaceStageResources(queries, stageId, settings.resources);
      const now = new Date();
      const { backendEndpointUrl, resourceRevision, resourceUpdatedAt, isAccessLogOn } = settings;
      const restored = await queries.stage.update({
        where: { id: stageId },
        data: {
          backendEndpointUrl,
          resourceRevision,
          resourceUpdatedAt: new Date(resourceUpdatedAt),
          isAccessLogOn,
          baseDeploymentId: deploymentId,
          updatedAt: now,
        },
      });
      await queries.deployment.update({
        where: { id: deploymentId },
        data: { rollbackAt: now },
        select: { id: true },
      });
      const current = settingsOf(restored, replaced);
      await this.prepared.prepare(queries, { service, stage: { ...stage, ...restored } }, current);
      return current;
    };
    const options = { otherwise: 'ROLLBACK_FAILED', turnOf: serviceId } as const;
    return this.database.transaction('rollback stage', restore, options);
  }
}

/** @throws AppError DEPLOY_RESTORE_FAILED when a gateway refused the deployment that was live before a failed one. */
function refuseUnrestored(refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  const details = refusals.map(({ gatewayId, reason }) => ({ property: 'gateway', field: gatewayId, message: reason }));
  throw new AppError('DEPLOY_RESTORE_FAILED', details);
}

function rollbackRefusal(message: string): AppError {
  return new AppError('ROLLBACK_FAILED', [{ property: 'deployment', field: 'settings', message }]);
}
