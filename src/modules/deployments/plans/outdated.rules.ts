import { AppError, type ErrorDetail } from '../../../errors/index.js';
import { contentHash } from '../../../kernel/canonical-json.js';
import type { CompilerGatewayResponse } from '../../../compiler/index.js';

/** What a plan was made for, and what has become of it. */
export interface PlanBasis {
  readonly liveDeploymentId: string | null;
  readonly settingsHash: string;
  readonly documentationHash: string;
  readonly gatewayResponsesHash: string;
}

/** A plan that somebody wants to be carried out. */
export interface AppliedPlan extends PlanBasis {
  /** The deployment that it became; null before. */
  readonly deploymentId: string | null;
  readonly expiresAt: Date;
  readonly isExpired: boolean;
}

/** A stage as a plan meets it. */
export interface StageNow extends PlanBasis {
  readonly runningDeploymentId: string | null;
}

/** Hash of the gateway responses of a service, in whatever order they come. */
export function gatewayResponsesHash(responses: readonly CompilerGatewayResponse[]): string {
  return contentHash(responses.toSorted((a, b) => (a.type < b.type ? -1 : 1)));
}

/**
 * Demands that a plan can be carried out, and that all that it was made from is as it was.
 * @throws AppError DEPLOYMENT_PLAN_OUTDATED naming everything that is not
 */
export function demandUpToDate(plan: AppliedPlan, now: StageNow): void {
  const faults = [...faultsOfPlan(plan), ...faultsOfDeployments(plan, now), ...faultsOfSources(plan, now)];
  if (faults.length > 0) throw new AppError('DEPLOYMENT_PLAN_OUTDATED', faults);
}

/**
 * Demands that gateways would get what they would have got when the plan was made.
 * @throws AppError DEPLOYMENT_PLAN_OUTDATED
 */
export function demandSameSnapshot(plan: { readonly hash: string }, now: { readonly hash: string }): void {
  if (plan.hash === now.hash) return;
  const message = 'is another of the same settings: the control plane was upgraded';
  throw new AppError('DEPLOYMENT_PLAN_OUTDATED', [fault('snapshot', message)]);
}

function faultsOfPlan({ deploymentId, isExpired, expiresAt }: AppliedPlan): ErrorDetail[] {
  if (deploymentId !== null) return [fault('planId', `was carried out already, by deployment ${deploymentId}`)];
  return isExpired ? [fault('planId', `expired at ${expiresAt.toISOString()}`)] : [];
}

function faultsOfDeployments(plan: PlanBasis, { runningDeploymentId, liveDeploymentId }: StageNow): ErrorDetail[] {
  const running = `deployment ${runningDeploymentId} is running`;
  const live = `${wordsFor(liveDeploymentId)} is live now, and ${wordsFor(plan.liveDeploymentId)} was`;
  return [
    ...(runningDeploymentId === null ? [] : [fault('runningDeployment', running)]),
    ...(liveDeploymentId === plan.liveDeploymentId ? [] : [fault('liveDeployment', live)]),
  ];
}

function faultsOfSources(plan: PlanBasis, now: PlanBasis): ErrorDetail[] {
  return [
    ...(plan.settingsHash === now.settingsHash ? [] : [fault('settings', 'the settings of the stage were changed')]),
    ...(plan.documentationHash === now.documentationHash
      ? []
      : [fault('documentation', 'parameters, responses or models of the service were changed')]),
    ...(plan.gatewayResponsesHash === now.gatewayResponsesHash
      ? []
      : [fault('gatewayResponses', 'gateway responses of the service were changed')]),
  ];
}

function wordsFor(deploymentId: string | null): string {
  return deploymentId === null ? 'nothing' : `deployment ${deploymentId}`;
}

function fault(field: string, message: string): ErrorDetail {
  return { property: 'plan', field, message };
}
