import { Injectable } from '@nestjs/common';
import type { Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { newId } from '../../../kernel/ids.js';
import { SecretBox } from '../../../kernel/secret-box.js';
import { RecentSnapshots } from '../../routers/index.js';
import { ReplacedStages, type StageOfService, type StageSettings } from '../../stages/index.js';
import { stageAsSet, prepareDeployment } from '../prepare.js';
import { findPrepared, type PreparedRow, savePrepared } from './prepared.queries.js';

/**
 * Deployments made ahead. A stage that gets its resources has them all in hand, and is mostly deployed next: what a
 * deployment keeps is made in that transaction, so that the deployment itself neither reads nor compiles them.
 */
@Injectable()
export class PreparedDeployments {
  /** Another run may be of another program, which compiles in another way. */
  private readonly preparer = newId();

  constructor(
    replaced: ReplacedStages,
    private readonly box: SecretBox,
    private readonly recent: RecentSnapshots,
  ) {
    replaced.add((...call) => this.prepare(...call));
  }

  /** Prepares a deployment of a stage, `settings` being all its settings as they are now. Under the stage's lock. */
  async prepare(queries: Queries, owner: StageOfService, settings: StageSettings): Promise<void> {
    const id = newId();
    try {
      const asSet = await stageAsSet(queries, owner, settings, this.box);
      const { texts, ...prepared } = await prepareDeployment(owner, asSet, this.box);
      await savePrepared(queries, owner.stage.id, this.preparer, { id, ...prepared });
      this.recent.keep(id, texts);
    } catch (error) {
      // Who deploys it is told why that cannot be done.
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** What is prepared for a stage as it is now; null when that is nothing. */
  find(queries: Queries, stageId: string): Promise<PreparedRow | null> {
    return findPrepared(queries, stageId, this.preparer);
  }
}
