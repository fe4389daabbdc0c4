import type { ChangedRouteAnswer, DeploymentPlanAnswer } from './plans.dto.js';
import type { TellingRoute } from './plan-content.rules.js';
import type { PlanRow } from './plans.queries.js';

/** A plan as clients see it. */
export function presentPlan({ id, deploymentId, createdAt, expiresAt, content }: PlanRow): DeploymentPlanAnswer {
  const { liveDeployment: live } = content;
  return {
    planId: id,
    createdAt,
    expiresAt,
    appliedDeployId: deploymentId,
    liveDeployment: live && { deployId: live.id, deployedAt: new Date(live.deployedAt) },
    isChanged: content.isChanged,
    trafficDays: content.trafficDays,
    summaryList: [...content.summary],
    totals: content.totals,
    removedRouteList: [...content.removedRoutes],
    changedRouteList: content.changedRoutes.map(presentChanged),
    addedRouteList: [...content.addedRoutes],
    settingChangeList: [...content.settingChanges],
    documentationChangeList: [...content.documentationChanges],
  };
}

function presentChanged({ changes, ...route }: TellingRoute): ChangedRouteAnswer {
  return { ...route, changeList: [...changes] };
}
