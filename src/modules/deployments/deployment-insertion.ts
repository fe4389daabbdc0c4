import { Injectable } from '@nestjs/common';
import type { Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';
import { SecretBox } from '../../kernel/secret-box.js';
import { RecentSnapshots } from '../routers/index.js';
import type { StageOfService } from '../stages/index.js';
import { checkSurroundings } from './deployable.js';
import { type DeploymentHashes, findHashes, insertDeployment, type NewDeploymentNames } from './deployments.queries.js';
import { demandSameSnapshot, demandUpToDate } from './plans/outdated.rules.js';
import { readStageNow } from './plans/plan-access.js';
import type { PlanRow } from './plans/plans.queries.js';
import {
  isEqualDeployment,
  prepareDeployment,
  readGatewayResponses,
  readStageAsSet,
  sourceHashesOf,
} from './prepare.js';
import { insertPreparedDeployment, type PreparedRow } from './prepared/prepared.queries.js';
import { PreparedDeployments } from './prepared/prepared-deployments.js';

/** A deployment that is to be inserted, of a plan when there is one. */
export interface NewDeployment {
  readonly names: NewDeploymentNames;
  readonly plan: PlanRow | null;
}

/** Puts new deployments where gateways find them. */
@Injectable()
export class DeploymentInsertion {
  constructor(
    private readonly settings: Settings,
    private readonly box: SecretBox,
    private readonly recent: RecentSnapshots,
    private readonly prepared: PreparedDeployments,
  ) {}

  /**
   * Inserts a deployment of a stage as it is now, or of a plan as long as that is the same. Under the stage's lock.
   * @throws AppError DEPLOY_HOST_MISSING, NO_LIVE_GATEWAY, STAGE_NOT_CHANGED, SNAPSHOT_NOT_SERIALIZABLE and those of
   * `compileSteps`; with a plan DEPLOYMENT_PLAN_OUTDATED
   */
  async insert(queries: Queries, owner: StageOfService, one: NewDeployment): Promise<void> {
    const ready = await this.prepared.find(queries, owner.stage.id);
    await (ready ? this.insertReady(queries, owner, one, ready) : this.insertNew(queries, owner, one));
  }

  /** Inserts a deployment of what was prepared for the stage as it is now. */
  private async insertReady(
    queries: Queries,
    owner: StageOfService,
    { names, plan }: NewDeployment,
    ready: PreparedRow,
  ): Promise<void> {
    if (plan) {
      const gatewayResponses = await readGatewayResponses(queries, owner.service.id);
      demandUpToDate(plan, await readStageNow(queries, owner, ready, gatewayResponses));
    }
    await checkSurroundings(queries, owner, this.settings.stageDomain);
    await demandNews(queries, owner, plan, ready);
    await insertPreparedDeployment(queries, names, this.settings.deployTimeoutMs);
    this.recent.keepAs(names.id, ready.id);
  }

  /** Inserts a deployment of the stage as it is now. */
  private async insertNew(queries: Queries, owner: StageOfService, { names, plan }: NewDeployment): Promise<void> {
    const asSet = await readStageAsSet(queries, owner, this.box);
    if (plan) {
      const now = await readStageNow(queries, owner, sourceHashesOf(asSet, this.box), asSet.gatewayResponses);
      demandUpToDate(plan, now);
    }
    await checkSurroundings(queries, owner, this.settings.stageDomain);
    const { texts, ...made } = await prepareDeployment(owner, asSet, this.box);
    await demandNews(queries, owner, plan, made);
    await insertDeployment(queries, { ...names, ...made }, this.settings.deployTimeoutMs);
    this.recent.keep(names.id, texts);
  }
}

/**
 * Demands that a deployment brings something that the live one does not have, and is what its plan said.
 * @throws AppError DEPLOYMENT_PLAN_OUTDATED, STAGE_NOT_CHANGED
 */
async function demandNews(
  queries: Queries,
  { stage }: StageOfService,
  plan: PlanRow | null,
  hashes: DeploymentHashes,
): Promise<void> {
  if (plan) demandSameSnapshot(plan, hashes);
  const live = await findHashes(queries, stage.liveDeploymentId);
  if (live && isEqualDeployment(live, hashes)) throw new AppError('STAGE_NOT_CHANGED');
}
