import { quotaPeriod } from '../../kernel/quota-period.js';
import { type HealthReason, judgeHealth } from './health.rules.js';
import type {
  CallCountsAnswer,
  KeyNearQuotaAnswer,
  ServiceUsageDetailAnswer,
  StageGatewayAnswer,
  StageHealthDetailAnswer,
  StageOverviewAnswer,
} from './overview.dto.js';
import type { CallCounts, KeyNearQuota, StageGateway, StageOverview } from './overview.queries.js';
import type { ServiceUsage, StageHealth } from './overview.service.js';

const DRIFT_UNKNOWN: HealthReason = {
  code: 'DRIFT_UNKNOWN',
  message: 'The stage cannot be compared with what is live: one of the two cannot be read.',
};

/** The health of a stage as clients see it. */
export function presentHealth(health: StageHealth): StageHealthDetailAnswer {
  const { changeCount } = health;
  return {
    ...presentStage(health.stage, changeCount === null ? [DRIFT_UNKNOWN] : []),
    isDrifted: changeCount === null ? null : changeCount > 0,
    changeCount,
    gatewayList: health.gateways.map(presentGateway),
    ...presentKeys(health.keysNearQuota),
  };
}

/** The usage of a service as clients see it. */
export function presentUsage(usage: ServiceUsage): ServiceUsageDetailAnswer {
  const { stages, stageCount, usagePlanCount, subscriptionCount, topRoutes, keysNearQuota } = usage;
  return {
    stageCount,
    usagePlanCount,
    subscriptionCount,
    lastHour: sumOf(stages.map(({ lastHour }) => lastHour)),
    lastDay: sumOf(stages.map(({ lastDay }) => lastDay)),
    stageList: stages.map((stage) => presentStage(stage)),
    topRouteList: topRoutes.map(({ method, ...route }) => ({ ...route, methodType: method })),
    ...presentKeys(keysNearQuota),
  };
}

function presentStage(stage: StageOverview, further: readonly HealthReason[] = []): StageOverviewAnswer {
  const { status, reasons } = judgeHealth(stage, further);
  const { live, latest } = stage;
  return {
    stageId: stage.stageId,
    stageName: stage.stageName,
    stageHealthStatus: status,
    reasonList: reasons.map(({ code, message }) => ({ reasonCode: code, message })),
    liveDeployment: live && {
      deployId: live.id,
      deployDescription: live.description,
      deployedAt: new Date(live.deployedAt),
      ageSeconds: Math.max(0, Math.floor((Date.now() - Date.parse(live.deployedAt)) / 1000)),
    },
    lastDeployment: latest && {
      deployId: latest.id,
      deployStatus: latest.status,
      failureReason: latest.failureReason,
      deployedAt: new Date(latest.deployedAt),
    },
    aliveGatewayCount: stage.aliveGateways,
    servingGatewayCount: stage.servingGateways,
    lastHour: stage.lastHour,
    lastDay: stage.lastDay,
  };
}

function presentGateway({ gatewayId, lastSeenAt, isAlive, servingSince, refusal }: StageGateway): StageGatewayAnswer {
  const gatewayStatus = !isAlive
    ? 'GONE'
    : refusal !== null
      ? 'REFUSED'
      : servingSince === null
        ? 'PENDING'
        : 'SERVING';
  return { gatewayId, gatewayStatus, reason: refusal, servingSince, lastSeenAt };
}

function presentKeys(
  keys: readonly KeyNearQuota[],
): Pick<StageHealthDetailAnswer, 'keyNearQuotaCount' | 'keyNearQuotaList'> {
  const list = keys.map(({ unit, totalCount: _total, ...key }): KeyNearQuotaAnswer => {
    return { ...key, periodEndsAt: new Date(quotaPeriod(unit, Date.now()).endsAtMs) };
  });
  return { keyNearQuotaCount: keys[0]?.totalCount ?? 0, keyNearQuotaList: list };
}

function sumOf(counts: readonly CallCounts[]): CallCountsAnswer {
  const sum = (of: (one: CallCounts) => number) => counts.reduce((total, one) => total + of(one), 0);
  const callCount = sum((one) => one.callCount);
  const duration = sum((one) => one.averageDurationMs * one.callCount);
  return {
    callCount,
    status4xxCount: sum((one) => one.status4xxCount),
    status5xxCount: sum((one) => one.status5xxCount),
    averageDurationMs: callCount === 0 ? 0 : Math.round(duration / callCount),
  };
}
