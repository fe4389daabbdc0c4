import { Injectable } from '@nestjs/common';
import type { Queries } from '../../database/index.js';
import type { StageOfService } from './stage-access.js';
import type { StageSettings } from './stage-settings.js';

/** Takes notice, in the same transaction, of a stage that has got other resources; `settings` are all that it has now. */
export type ReplacedStageListener = (queries: Queries, owner: StageOfService, settings: StageSettings) => Promise<void>;

/** Who takes notice of stages that have got other resources. */
@Injectable()
export class ReplacedStages {
  private readonly listeners: ReplacedStageListener[] = [];

  /** Once for each listener, when the program starts. */
  add(listener: ReplacedStageListener): void {
    this.listeners.push(listener);
  }

  /** Tells all of them, one after the other. Under the stage's lock. @throws what a listener throws */
  async tell(...call: Parameters<ReplacedStageListener>): Promise<void> {
    for (const listener of this.listeners) await listener(...call);
  }
}
