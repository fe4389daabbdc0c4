import { resourceKey } from '../../../contract/paths.js';
import type { RoutePlace } from './route-changes.rules.js';

/** How far back plans look for calls. */
export const TRAFFIC_DAYS = 7;

/** What a route has carried lately. */
export interface Traffic {
  readonly callCount: number;
  /** Calls that ended as 4xx or 5xx. */
  readonly failureCount: number;
  /** API keys that called it. */
  readonly keyCount: number;
}

const NONE: Traffic = { callCount: 0, failureCount: 0, keyCount: 0 };

/** Gives a route what it has carried. */
export type TrafficOf = (route: RoutePlace) => Traffic;

/** What routes have carried, by the routes that statistics know; others have carried nothing. */
export function trafficOf(
  carried: readonly (Traffic & { readonly path: string; readonly method: string })[],
): TrafficOf {
  const known = new Map(
    carried.map(({ path, method, callCount, failureCount, keyCount }) => [
      resourceKey({ path, methodType: method }),
      { callCount, failureCount, keyCount },
    ]),
  );
  return (route) => known.get(resourceKey(route)) ?? NONE;
}

/** Orders what has carried more before what has carried less. */
export function byTraffic(a: Traffic, b: Traffic): number {
  return b.callCount - a.callCount || b.keyCount - a.keyCount;
}

/** The calls of all. */
export function callsOf(list: readonly Pick<Traffic, 'callCount'>[]): number {
  return list.reduce((sum, { callCount }) => sum + callCount, 0);
}
