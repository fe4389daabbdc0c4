import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/index.js';
import { SecretBox } from '../../../kernel/secret-box.js';
import { requireStage } from '../../stages/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { readStageAsSet } from '../prepare.js';
import type { StoredDeployment } from '../stored-deployment.js';
import { type Change, compareStates } from './compare.js';
import { changesOfLive, findLiveDeployment, requireDeployment, stateOfDeployment } from './stored-state.js';

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
      const from = await findLiveDeployment(queries, owner.stage);
      const asSet = await readStageAsSet(queries, owner, this.box);
      return { from, to: null, changes: changesOfLive(from, asSet, this.box) };
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
      const [before, after] = [from, to].map((one) => stateOfDeployment(one, this.box));
      return { from, to, changes: compareStates(before ?? null, after ?? null) };
    });
  }
}
