import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Receipt } from '../../contract/sync.js';
import { Database, lockStageOfDeployment, type Queries } from '../../database/index.js';
import { DurationHistogram } from '../../kernel/histogram.js';
import { Recurring } from '../../kernel/recurring.js';
import { forgetOldGateways, notifyConfiguration, notifySettlement } from '../routers/index.js';
import {
  findRunning,
  findStageOfReceipt,
  listRunning,
  markComplete,
  markFailed,
  readReceipts,
  type RunningDeployment,
  saveReceipt,
} from './settlement.queries.js';

/** How often every replica looks at running deployments: for those whose gateway or control plane has died. */
const SWEEP_INTERVAL_MS = 1000;

/** Who has taken a deployment, or refused it. */
export interface TakingGateway {
  readonly gatewayId: string;
  /** Whose deployments it may speak of; undefined for those of every server group. */
  readonly serverGroupId: string | undefined;
}

/** Ends running deployments: COMPLETE when every live gateway serves it, FAILURE on the first refusal or too late. */
@Injectable()
export class SettlementService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(SettlementService.name);
  /** From the begin of deployments to the word of each gateway that serves them, as this process has heard. */
  readonly propagation = new DurationHistogram();
  private readonly sweeps = new Recurring(
    SWEEP_INTERVAL_MS,
    () => this.sweep(),
    (error) => this.log.warn('running deployments could not be looked at', error),
  );

  constructor(private readonly database: Database) {}

  /**
   * Takes in what a gateway says of deployments. A gateway speaks of all its stages every time: what is known already
   * costs nothing, and receipts of deployments that are gone, or another server group's, are passed over.
   */
  async accept({ gatewayId, serverGroupId }: TakingGateway, receipts: readonly Receipt[]): Promise<void> {
    const deploymentIds = receipts.map((receipt) => receipt.deploymentId);
    const known = await readReceipts(this.database.client, gatewayId, deploymentIds);
    for (const receipt of receipts) {
      const { deploymentId, refusal } = receipt;
      if (known.get(deploymentId) === refusal) continue;
      let afterSeconds: number | null = null;
      await this.database.transaction('accept receipt', async (queries) => {
        const stageId = await findStageOfReceipt(queries, receipt, serverGroupId);
        if (stageId === null || !(await lockStageOfDeployment(queries, stageId))) return;
        // Again under the lock: the deployment may have been deleted while this waited.
        if ((await findStageOfReceipt(queries, receipt, serverGroupId)) === null) return;
        afterSeconds = await saveReceipt(queries, { deploymentId, gatewayId, reason: refusal });
        await settle(queries, deploymentId);
      });
      if (afterSeconds !== null && refusal === null) this.propagation.add(afterSeconds);
    }
  }

  onApplicationBootstrap(): void {
    this.sweeps.start(SWEEP_INTERVAL_MS);
  }

  onApplicationShutdown(): Promise<void> {
    return this.sweeps.stop();
  }

  /** Looks at every running deployment, whichever replica began it. */
  private async sweep(): Promise<void> {
    for (const { id, stageId } of await listRunning(this.database.client)) {
      await this.database.transaction('settle deployment', async (queries) => {
        if (await lockStageOfDeployment(queries, stageId)) await settle(queries, id);
      });
    }
    await forgetOldGateways(this.database.client);
  }
}

/** Ends a deployment when it is decided; under the stage's lock. */
async function settle(queries: Queries, deploymentId: string): Promise<void> {
  const running = await findRunning(queries, deploymentId);
  if (!running) return;
  const reason = failureOf(running);
  if (reason === null && (running.applied === 0 || running.pending > 0)) return;
  if (reason === null) {
    await markComplete(queries, running);
  } else {
    await markFailed(queries, running, reason);
    await notifyConfiguration(queries);
  }
  await notifySettlement(queries);
}

function failureOf(running: RunningDeployment): string | null {
  if (running.refusal !== null) return `Gateway ${running.refusal}`;
  if (!running.isOverdue || (running.applied > 0 && running.pending === 0)) return null;
  return running.pending === 0
    ? 'No gateway was left to take the deployment'
    : `${running.pending} gateway(s) did not take the deployment in time`;
}
