import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { Settings } from '../../../http/index.js';
import { newId } from '../../../kernel/ids.js';
import { SecretBox } from '../../../kernel/secret-box.js';
import { isStageDeploying, requireStage, type StageOfService } from '../../stages/index.js';
import { routesCarried } from '../../statistics/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { checkSurroundings, lockStageToDeploy } from '../deployable.js';
import { findHashes, findSnapshotDocument } from '../deployments.queries.js';
import { changesOfLive, findLiveDeployment } from '../diff/stored-state.js';
import { compileStage, hashesOf, isEqualDeployment, readStageAsSet } from '../prepare.js';
import { readServedPaths } from '../stored-deployment.js';
import { gatewayResponsesHash } from './outdated.rules.js';
import { requirePlan } from './plan-access.js';
import { planContent } from './plan-content.rules.js';
import { insertPlan, type NewPlan, type PlanRow } from './plans.queries.js';
import { compareRoutes } from './route-changes.rules.js';
import { TRAFFIC_DAYS, trafficOf, type TrafficOf } from './traffic.rules.js';

/** Plans of deployments: what they would do. DeploymentsService carries them out. */
@Injectable()
export class PlansService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly box: SecretBox,
  ) {}

  /**
   * Makes a plan of a deployment of the stage as it is now, and deploys nothing.
   * @throws AppError those of a deployment but STAGE_NOT_CHANGED and DEPLOY_NOT_QUEUED; SNAPSHOT_UNREADABLE when what is
   * live cannot be read
   */
  async make(tenant: Tenant, serviceId: string, stageId: string): Promise<PlanRow> {
    await requireStage(this.database.client, tenant.projectId, serviceId, stageId);
    // Before the stage is locked: it may be much, and nothing hangs on its being of the same moment.
    const carried = trafficOf(await routesCarried(this.database.client, stageId, TRAFFIC_DAYS));
    const plan = async (queries: Queries) => {
      const owner = await lockStageToDeploy(queries, tenant.projectId, serviceId, stageId);
      if (await isStageDeploying(queries, stageId)) throw new AppError('STAGE_DEPLOYING');
      const made = await this.planOf(queries, owner, carried);
      await insertPlan(queries, made);
      return requirePlan(queries, owner.stage, made.id);
    };
    return this.database.transaction('plan deployment', plan, { turnOf: serviceId });
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOYMENT_PLAN_NOT_FOUND */
  async get(tenant: Tenant, serviceId: string, stageId: string, planId: string): Promise<PlanRow> {
    return this.database.readAtOnce(async (queries) => {
      const { stage } = await requireStage(queries, tenant.projectId, serviceId, stageId);
      return requirePlan(queries, stage, planId);
    });
  }

  private async planOf(queries: Queries, owner: StageOfService, carried: TrafficOf): Promise<NewPlan> {
    const { id: stageId, projectId, liveDeploymentId } = owner.stage;
    const asSet = await readStageAsSet(queries, owner, this.box);
    await checkSurroundings(queries, owner, this.settings.stageDomain);
    const snapshot = await compileStage(owner, asSet);
    const hashes = await hashesOf(asSet, snapshot, this.box);
    const liveHashes = await findHashes(queries, liveDeploymentId);
    const live = await findLiveDeployment(queries, owner.stage);
    const served = live && readServedPaths(await findSnapshotDocument(queries, live.id), this.box);
    const content = planContent({
      isChanged: !liveHashes || !isEqualDeployment(liveHashes, hashes),
      routes: compareRoutes(served, snapshot),
      changes: changesOfLive(live, asSet, this.box),
      trafficOf: carried,
    });
    return {
      id: newId(),
      projectId,
      stageId,
      liveDeploymentId,
      ...hashes,
      gatewayResponsesHash: gatewayResponsesHash(asSet.gatewayResponses),
      content: { ...content, liveDeployment: live && { id: live.id, deployedAt: live.deployedAt.toISOString() } },
    };
  }
}
