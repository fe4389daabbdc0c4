import type { StageOverview } from './overview.queries.js';

/** How a stage is. DOWN: no gateway serves it. DEGRADED: it is served, and something is wrong. */
export const healthStatuses = ['HEALTHY', 'DEGRADED', 'DOWN', 'NOT_DEPLOYED'] as const;
/** See {@link healthStatuses}. */
export type HealthStatus = (typeof healthStatuses)[number];

/** Why a stage is not HEALTHY. */
export const reasonCodes = [
  'NOTHING_LIVE',
  'NO_GATEWAY_ALIVE',
  'NO_GATEWAY_SERVES',
  'GATEWAYS_BEHIND',
  'GATEWAYS_GONE',
  'LAST_DEPLOYMENT_FAILED',
  'MANY_FAILURES',
  'DRIFT_UNKNOWN',
] as const;

/** One reason, with a sentence for people. */
export interface HealthReason {
  readonly code: (typeof reasonCodes)[number];
  readonly message: string;
}

/** Share of answers with 5xx from which on they are many, and of how many calls at least. */
const MANY_FAILURES = 0.05;
const MIN_CALLS = 20;

/** Tells how a stage is, and why; `further` reasons are known to others. */
export function judgeHealth(
  stage: StageOverview,
  further: readonly HealthReason[] = [],
): { status: HealthStatus; reasons: HealthReason[] } {
  const reasons = [...reasonsOf(stage), ...further];
  if (stage.live === null) return { status: 'NOT_DEPLOYED', reasons };
  if (stage.servingGateways === 0) return { status: 'DOWN', reasons };
  return { status: reasons.length === 0 ? 'HEALTHY' : 'DEGRADED', reasons };
}

function reasonsOf({
  live,
  latest,
  aliveGateways,
  servingGateways,
  goneGateways,
  lastHour,
}: StageOverview): HealthReason[] {
  const reasons: HealthReason[] = [];
  const add = (code: HealthReason['code'], message: string): void => void reasons.push({ code, message });
  if (live === null) add('NOTHING_LIVE', 'The stage has no deployment that is COMPLETE.');
  else if (aliveGateways === 0) add('NO_GATEWAY_ALIVE', 'No gateway of the region asks for its configuration.');
  else if (servingGateways === 0) add('NO_GATEWAY_SERVES', `None of ${aliveGateways} gateways serves what is live.`);
  else if (servingGateways < aliveGateways) {
    add(
      'GATEWAYS_BEHIND',
      `${aliveGateways - servingGateways} of ${aliveGateways} gateways do not serve what is live.`,
    );
  }
  if (goneGateways > 0) add('GATEWAYS_GONE', `${goneGateways} gateways went in the last hour without signing off.`);
  if (latest?.status === 'FAILURE') {
    add('LAST_DEPLOYMENT_FAILED', `The last deployment has failed: ${latest.failureReason ?? 'no reason is known'}`);
  }
  const { callCount, status5xxCount } = lastHour;
  if (callCount >= MIN_CALLS && status5xxCount / callCount >= MANY_FAILURES) {
    add('MANY_FAILURES', `${status5xxCount} of ${callCount} calls of the last hour were answered with 5xx.`);
  }
  return reasons;
}
