import { Injectable } from '@nestjs/common';
import { Database, type DeploymentStatus } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { Nudges } from '../../routers/index.js';
import {
  type DeploymentState,
  findDeploymentState,
  type GatewayState,
  listGatewayStates,
} from './convergence.queries.js';
import type { DeploymentReceiptAnswer } from './convergence.dto.js';

/** How long a nudge that was lost can delay an answer. */
const LOOK_AGAIN_MS = 1000;

/** Waits until gateways serve deployments. */
@Injectable()
export class ConvergenceService {
  constructor(
    private readonly database: Database,
    private readonly nudges: Nudges,
  ) {}

  /**
   * Waits until a deployment has ended, for `timeoutMs` at most, or until `gone` aborts; gives how it stands then.
   * @throws AppError DEPLOYMENT_NOT_FOUND when it was deleted meanwhile
   */
  async wait(
    deploymentId: string,
    timeoutMs: number,
    gone: AbortSignal,
  ): Promise<{ deployStatus: DeploymentStatus; receipt: DeploymentReceiptAnswer }> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const waitMs = Math.min(LOOK_AGAIN_MS, deadline - Date.now());
      // Listen before reading: an end between the two must not be missed.
      const nudge = this.nudges.next(waitMs, gone, 'settlement');
      const state = await findDeploymentState(this.database.client, deploymentId);
      if (!state) throw new AppError('DEPLOYMENT_NOT_FOUND');
      const isOver = state.status !== 'DEPLOYING' || waitMs <= 0 || gone.aborted || this.nudges.isClosed;
      if (isOver) return this.receiptOf(deploymentId, state);
      await nudge;
    }
  }

  private async receiptOf(deploymentId: string, state: DeploymentState) {
    const gateways = await listGatewayStates(this.database.client, deploymentId);
    const { status, failureReason, snapshotHash } = state;
    const isConverged = status === 'COMPLETE';
    return {
      deployStatus: status,
      receipt: { isConverged, snapshotHash, failureReason, gatewayList: gateways.map(present) },
    };
  }
}

function present({ gatewayId, isServing, refusal, afterMs }: GatewayState) {
  const gatewayStatus = isServing ? 'SERVING' : refusal === null ? 'PENDING' : 'REFUSED';
  return { gatewayId, gatewayStatus, reason: refusal, afterMs: afterMs === null ? null : Math.round(afterMs) } as const;
}
