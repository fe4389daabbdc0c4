import { presentStageDomains, stageHostName } from '../stages/index.js';
import type {
  ApiKeyStageMetricsAnswer,
  CallCountsAnswer,
  ResourceMetricsAnswer,
  StageMetricsPointAnswer,
  TopServiceAnswer,
} from './statistics.dto.js';
import type { CallCounts, RouteCounts, ServiceCounts } from './statistics.queries.js';
import type { ApiKeySeries, StagePoint } from './statistics.service.js';

const NOTHING: CallCounts = {
  status2xx: 0,
  status3xx: 0,
  status4xx: 0,
  status5xx: 0,
  statusEtc: 0,
  durationMs: 0,
  outboundBytes: 0,
};

/** Calls of a route as clients see them. */
export function presentRoute({ path, method, ...counts }: RouteCounts): ResourceMetricsAnswer {
  return { uriPattern: path, httpMethodType: method, ...presentCounts(counts) };
}

/** A point of a graph as clients see it. */
export function presentPoint({ startMs, counts = NOTHING }: StagePoint): StageMetricsPointAnswer {
  return { dateTime: startMs, ...presentCounts(counts) };
}

/** A top service as clients see it; the index in the order gives its rank. */
export function presentTopService(service: ServiceCounts, index: number): TopServiceAnswer {
  const { successCount, failCount, ...counts } = presentCounts(service);
  return {
    rank: index + 1,
    apigwServiceId: service.serviceId,
    apigwServiceName: service.name,
    ...counts,
    callCount: callsOf(service),
    failCallCount: failCount,
    successCallCount: successCount,
  };
}

/** Calls with an API key as clients see them, by the host name of the stage. */
export function presentApiKeySeries(
  series: readonly ApiKeySeries[],
  stageDomain: string,
): Record<string, ApiKeyStageMetricsAnswer> {
  return Object.fromEntries(
    series.map(({ stage, days }) => {
      const { serviceId, name: stageName, service } = stage;
      const stageUrl = stageHostName({ regionCode: service.regionCode, serviceId, stageName }, stageDomain);
      const callCount = days.map(({ startMs, callCount: count }) => ({ dateTime: startMs, count }));
      const stageCustomDomainList = presentStageDomains(stage);
      return [stageUrl, { stageName, stageUrl, stageCustomDomainList, apiKeyMetricsTimeSeries: { callCount } }];
    }),
  );
}

function presentCounts(counts: CallCounts): CallCountsAnswer {
  const calls = callsOf(counts);
  return {
    successCount: counts.status2xx + counts.status3xx,
    failCount: counts.status4xx + counts.status5xx,
    status2xxCount: counts.status2xx,
    status3xxCount: counts.status3xx,
    status4xxCount: counts.status4xx,
    status5xxCount: counts.status5xx,
    statusEtcCount: counts.statusEtc,
    avgResponseTimeMs: calls === 0 ? 0 : Math.round(counts.durationMs / calls),
    networkOutboundByte: counts.outboundBytes,
  };
}

function callsOf(counts: CallCounts): number {
  return counts.status2xx + counts.status3xx + counts.status4xx + counts.status5xx + counts.statusEtc;
}
