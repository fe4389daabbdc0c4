import { resourceKey } from '../../../contract/paths.js';
import type { Change } from '../diff/compare.js';
import { type ShownChange, showChange } from './shown-change.rules.js';
import type { ChangedRoute, RemovedRoute, RouteChange, RouteDifference, RoutePlace } from './route-changes.rules.js';
import { summarize } from './summary.rules.js';
import { byTraffic, callsOf, type Traffic, TRAFFIC_DAYS, type TrafficOf } from './traffic.rules.js';

/** Entries of each list of a plan; the totals count all. */
export const MAX_LISTED = 1000;

/** A route that goes, with what it has carried. */
export type LeavingRoute = RemovedRoute & Traffic;
/** A route that changes, with what it has carried. */
export type TellingRoute = ChangedRoute & Traffic;

/** A setting that changes, where it stands. */
export interface SettingChange extends ShownChange {
  /** For plugins but those of the backend: how many routes that stay it changes, and their calls. Else null. */
  readonly routeCount: number | null;
  readonly callCount: number | null;
}

/** How much a deployment would do. */
export interface PlanTotals {
  readonly addedRouteCount: number;
  readonly removedRouteCount: number;
  readonly changedRouteCount: number;
  readonly unchangedRouteCount: number;
  readonly settingChangeCount: number;
  readonly documentationChangeCount: number;
  /** Calls of removed routes that no other one replaces, and of changed ones. */
  readonly removedCallCount: number;
  readonly changedCallCount: number;
}

/** All that a plan tells of a deployment. */
export interface PlanContent {
  readonly isChanged: boolean;
  readonly trafficDays: number;
  readonly summary: readonly string[];
  readonly totals: PlanTotals;
  readonly removedRoutes: readonly LeavingRoute[];
  readonly changedRoutes: readonly TellingRoute[];
  readonly addedRoutes: readonly RoutePlace[];
  readonly settingChanges: readonly SettingChange[];
  readonly documentationChanges: readonly ShownChange[];
}

/** What a plan is made of. */
export interface PlanSource {
  readonly isChanged: boolean;
  readonly routes: RouteDifference;
  /** Of the settings themselves, secrets masked. */
  readonly changes: readonly Change[];
  readonly trafficOf: TrafficOf;
}

/** What a plan tells: routes with the most calls first, lists cut off at {@link MAX_LISTED}. */
export function planContent({ isChanged, routes, changes, trafficOf }: PlanSource): PlanContent {
  const removed = routes.removed.map((route) => ({ ...route, ...trafficOf(route) })).toSorted(byTraffic);
  const changed = routes.changed.map((route) => ({ ...route, ...trafficOf(route) })).toSorted(byTraffic);
  const documentation = changes.filter(isOfDocument);
  const settings = changes.filter((change) => !isOfDocument(change));
  const totals = {
    addedRouteCount: routes.added.length,
    removedRouteCount: removed.length,
    changedRouteCount: changed.length,
    unchangedRouteCount: routes.unchangedCount,
    settingChangeCount: settings.length,
    documentationChangeCount: documentation.length,
    removedCallCount: callsOf(removed.filter(({ replacedByPath }) => replacedByPath === null)),
    changedCallCount: callsOf(changed),
  };
  const reach = reachOf(changed);
  return {
    isChanged,
    trafficDays: TRAFFIC_DAYS,
    summary: summarize({ isChanged, removed, changed, settings, totals }),
    totals,
    removedRoutes: removed.slice(0, MAX_LISTED),
    changedRoutes: changed.slice(0, MAX_LISTED),
    addedRoutes: routes.added.slice(0, MAX_LISTED),
    settingChanges: settings.slice(0, MAX_LISTED).map((change) => ({ ...showChange(change), ...reach(change) })),
    documentationChanges: documentation.slice(0, MAX_LISTED).map(showChange),
  };
}

const OF_DOCUMENT = new Set(['methodName', 'methodDescription', 'parameters', 'responses']);

/** Whether a setting is in the API document; all others are what gateways act on. */
function isOfDocument({ item }: Change): boolean {
  return OF_DOCUMENT.has(item) || item.startsWith('model:');
}

const BACKENDS = new Set(['plugin:HTTP', 'plugin:MOCK']);

type Reach = Pick<SettingChange, 'routeCount' | 'callCount'>;

/** Finds the routes that a plugin changes, by the place where it stands. */
function reachOf(changed: readonly TellingRoute[]): (change: Change) => Reach {
  const found = new Map<string, { routeCount: number; callCount: number }>();
  for (const { changes, callCount } of changed) {
    for (const key of new Set(changes.flatMap(keysOf))) {
      const reached = found.get(key) ?? { routeCount: 0, callCount: 0 };
      found.set(key, { routeCount: reached.routeCount + 1, callCount: reached.callCount + callCount });
    }
  }
  return ({ item, path, methodType }) => {
    if (path === null || !item.startsWith('plugin:') || BACKENDS.has(item))
      return { routeCount: null, callCount: null };
    return found.get(`${item} ${resourceKey({ path, methodType })}`) ?? { routeCount: 0, callCount: 0 };
  };
}

function keysOf({ pluginType, originBefore, originAfter }: RouteChange): string[] {
  const origins = [originBefore, originAfter].filter((origin) => origin !== null);
  return origins.map((origin) => `plugin:${pluginType} ${resourceKey(origin)}`);
}
