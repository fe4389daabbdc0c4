import type { MetricBatch } from '../../contract/sync.js';

/** How much of its quota a key has used, as it is sent. */
export type QuotaUse = MetricBatch['quotaUses'][number];

/** How much of their quotas keys have used since the last time somebody asked: the newest word of each. */
export class QuotaUses {
  /** By stage and API key. */
  private readonly uses = new Map<string, Map<string, QuotaUse>>();

  record(stageId: string, apiKeyId: string, { periodId, used }: Pick<QuotaUse, 'periodId' | 'used'>): void {
    let ofStage = this.uses.get(stageId);
    if (!ofStage) this.uses.set(stageId, (ofStage = new Map()));
    const known = ofStage.get(apiKeyId);
    // Requests end in another order than they were counted in.
    if (known?.periodId === periodId && known.used >= used) return;
    ofStage.set(apiKeyId, { apiKeyId, stageId, periodId, used });
  }

  /** Gives what has changed since the last call. */
  take(): QuotaUse[] {
    const uses = [...this.uses.values()].flatMap((ofStage) => [...ofStage.values()]);
    this.uses.clear();
    return uses;
  }
}
