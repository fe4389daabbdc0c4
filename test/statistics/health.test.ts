import { describe, expect, it } from '@jest/globals';
import { judgeHealth } from '../../src/modules/overview/health.rules.js';
import type { StageOverview } from '../../src/modules/overview/overview.queries.js';

const calls = (callCount: number, status5xxCount = 0) => ({
  callCount,
  status4xxCount: 0,
  status5xxCount,
  averageDurationMs: 1,
});
const deployedAt = '2026-11-21T06:00:00.000Z';
const complete = { id: 'd1', status: 'COMPLETE', deployedAt, failureReason: null } as const;
const good: StageOverview = {
  stageId: 's1',
  stageName: null,
  live: { id: 'd1', deployedAt, description: '' },
  latest: complete,
  aliveGateways: 3,
  servingGateways: 3,
  goneGateways: 0,
  lastHour: calls(1000),
  lastDay: calls(1000),
};

const judged = (parts: Partial<StageOverview>) => {
  const { status, reasons } = judgeHealth({ ...good, ...parts });
  return [status, ...reasons.map(({ code }) => code)];
};

describe('a stage', () => {
  it.each<[string[], Partial<StageOverview>]>([
    [['HEALTHY'], {}],
    [['NOT_DEPLOYED', 'NOTHING_LIVE'], { live: null, latest: null, servingGateways: 0 }],
    [['DOWN', 'NO_GATEWAY_ALIVE'], { aliveGateways: 0, servingGateways: 0 }],
    [['DOWN', 'NO_GATEWAY_SERVES'], { servingGateways: 0 }],
    [['DEGRADED', 'GATEWAYS_BEHIND'], { servingGateways: 2 }],
    [['DEGRADED', 'GATEWAYS_GONE'], { goneGateways: 1 }],
    [['DEGRADED', 'LAST_DEPLOYMENT_FAILED'], { latest: { ...complete, status: 'FAILURE' } }],
    [['HEALTHY'], { latest: { ...complete, status: 'DEPLOYING' } }],
    [['DEGRADED', 'MANY_FAILURES'], { lastHour: calls(100, 5) }],
    [['HEALTHY'], { lastHour: calls(100, 4) }],
    [['HEALTHY'], { lastHour: calls(19, 19) }],
    [
      ['DOWN', 'NO_GATEWAY_SERVES', 'LAST_DEPLOYMENT_FAILED'],
      { servingGateways: 0, latest: { ...complete, status: 'FAILURE' } },
    ],
  ])('is %j', (expected, parts) => {
    expect(judged(parts)).toEqual(expected);
  });
});
