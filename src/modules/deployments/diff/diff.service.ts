import { Injectable } from '@nestjs/common';
import { SNAPSHOT_FORMAT_VERSION } from '../../../contract/snapshot.js';
import { Database, type Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { SecretBox } from '../../../kernel/secret-box.js';
import { openResources, requireStage } from '../../stages/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { findBodies } from '../deployments.queries.js';
import { readStageAsSet } from '../prepare.js';
import { readDeployment, type StoredDeployment } from '../stored-deployment.js';
import { type Change, compareStates } from './compare.js';
import { type StageState, stateOf } from './stage-state.js';

/** A deployment that a comparison speaks of. */
export type ComparedDeployment = Pick<StoredDeployment, 'id' | 'deployedAt'>;

/** What a comparison gives. `from` null: nothing is live. `to` null: the stage as it is set now. */
export interface Comparison {
  readonly from: ComparedDeployment | null;
  readonly to: ComparedDeployment | null;
  readonly changes: readonly Change[];
}

/** Compares what stages are and were. */
@Injectable()
export class DiffService {
  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  /**
   * What a deployment of the stage as it is set now would change of what is live.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, SNAPSHOT_UNREADABLE; SNAPSHOT_NOT_SERIALIZABLE as a deployment
   */
  async compareWithLive(tenant: Tenant, serviceId: string, stageId: string): Promise<Comparison> {
    return this.database.readAtOnce(async (queries) => {
      const owner = await requireStage(queries, tenant.projectId, serviceId, stageId);
      const { liveDeploymentId } = owner.stage;
      const from = liveDeploymentId === null ? null : await requireDeployment(queries, stageId, liveDeploymentId);
      const asSet = await readStageAsSet(queries, owner, this.box);
      const now = stateOf({ ...asSet, formatVersion: SNAPSHOT_FORMAT_VERSION });
      return { from, to: null, changes: compareStates(from && this.stateOf(from), now) };
    });
  }

  /**
   * What differs between two deployments of a stage, whatever became of them.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOYMENT_NOT_FOUND, SNAPSHOT_UNREADABLE
   */
  async compare(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    [fromId, toId]: readonly [string, string],
  ): Promise<Comparison> {
    return this.database.readAtOnce(async (queries) => {
      await requireStage(queries, tenant.projectId, serviceId, stageId);
      const from = await requireDeployment(queries, stageId, fromId);
      const to = await requireDeployment(queries, stageId, toId);
      return { from, to, changes: compareStates(this.stateOf(from), this.stateOf(to)) };
    });
  }

  private stateOf(deployment: StoredDeployment): StageState {
    const resources = openResources(deployment.settings, this.box, 'SNAPSHOT_UNREADABLE');
    return stateOf({ ...deployment, resources });
  }
}

async function requireDeployment(queries: Queries, stageId: string, deploymentId: string): Promise<StoredDeployment> {
  const row = await findBodies(queries, stageId, deploymentId);
  if (!row) throw new AppError('DEPLOYMENT_NOT_FOUND');
  return readDeployment(row);
}
