import type { Snapshot, SnapshotPath, SnapshotRoute } from '../../../contract/snapshot.js';
import { resourceKey } from '../../../contract/paths.js';
import { canonicalJson } from '../../../kernel/canonical-json.js';
import { compareResources } from '../../resources/index.js';
import type { ChangeType } from '../diff/compare.js';

/** What a route is made of, as far as plans tell it apart. */
export const routeSettings = ['BACKEND', 'PLUGIN', 'VALIDATION', 'CORS'] as const;
/** A part of a route. */
export type RouteSetting = (typeof routeSettings)[number];

/** A path, or with a method what is below it. */
export interface Place {
  readonly path: string;
  readonly methodType: string | null;
}

/** A route. */
export interface RoutePlace extends Place {
  readonly methodType: string;
}

/** What happens to a part of a route that is there before and after. */
export interface RouteChange {
  readonly setting: RouteSetting;
  /** Null for what is no plugin. */
  readonly pluginType: string | null;
  readonly changeType: ChangeType;
  /** Where the setting stands that holds for the route; null when none does, and where a snapshot does not say. */
  readonly originBefore: Place | null;
  readonly originAfter: Place | null;
}

/** A route that is there before and after, and not the same. */
export interface ChangedRoute extends RoutePlace {
  readonly changes: readonly RouteChange[];
}

/** A route that is there before alone. */
export interface RemovedRoute extends RoutePlace {
  /** Path of an added route that takes the same requests: only names of variables differ. Null for none. */
  readonly replacedByPath: string | null;
}

/** What tells the routes of two snapshots apart, each list in the order of compareResources. */
export interface RouteDifference {
  readonly added: readonly RoutePlace[];
  readonly removed: readonly RemovedRoute[];
  readonly changed: readonly ChangedRoute[];
  readonly unchangedCount: number;
}

/** A part of a route with where it comes from. */
interface Part {
  readonly setting: RouteSetting;
  readonly pluginType: string | null;
  readonly origin: Place | null;
  readonly value: unknown;
}

interface DescribedRoute extends RoutePlace {
  /** The parts by their names. */
  readonly parts: ReadonlyMap<string, Part>;
}

/**
 * Compares what gateways serve of two snapshots, null for one that does not exist. A plugin that is inherited is a part
 * of every route that it holds for. Tells no settings, and so no secrets.
 */
export function compareRoutes(before: Pick<Snapshot, 'paths'> | null, after: Pick<Snapshot, 'paths'>): RouteDifference {
  const [old, now] = [routesOf(before), routesOf(after)];
  const both = [...now.values()].flatMap((route) => {
    const was = old.get(resourceKey(route));
    return was ? [{ ...placeOf(route), changes: compareParts(was.parts, route.parts) }] : [];
  });
  const changed = both.filter(({ changes }) => changes.length > 0);
  const added = onlyIn(now, old);
  const replacing = new Map(added.map((route) => [requestsOf(route), route.path]));
  return {
    added,
    removed: onlyIn(old, now).map((route) => ({ ...route, replacedByPath: replacing.get(requestsOf(route)) ?? null })),
    changed: changed.toSorted(compareResources),
    unchangedCount: both.length - changed.length,
  };
}

function routesOf(snapshot: Pick<Snapshot, 'paths'> | null): Map<string, DescribedRoute> {
  const routes = (snapshot?.paths ?? []).flatMap((path) => path.routes.map((route) => describe(path, route)));
  return new Map(routes.map((route) => [resourceKey(route), route]));
}

function describe({ path, cors }: SnapshotPath, route: SnapshotRoute): DescribedRoute {
  const { method, backend, plugins, validation } = route;
  const plain = { pluginType: null, origin: null };
  const parts = new Map<string, Part>([['BACKEND', { ...plain, setting: 'BACKEND', value: backend }]]);
  for (const { type, config, origin } of plugins) {
    const stands = { path: origin.path, methodType: origin.method };
    parts.set(`PLUGIN ${type}`, { setting: 'PLUGIN', pluginType: type, origin: stands, value: config });
  }
  if (validation) parts.set('VALIDATION', { ...plain, setting: 'VALIDATION', value: validation });
  if (cors) {
    const origin = { path, methodType: null };
    parts.set('CORS', { setting: 'CORS', pluginType: 'CORS', origin, value: cors });
  }
  return { path, methodType: method, parts };
}

function compareParts(before: ReadonlyMap<string, Part>, after: ReadonlyMap<string, Part>): RouteChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name): RouteChange[] => {
    const [old, now] = [before.get(name), after.get(name)];
    const part = now ?? old;
    if (!part || (old && now && canonicalJson(old) === canonicalJson(now))) return [];
    const changeType = !old ? 'ADDED' : now ? 'CHANGED' : 'REMOVED';
    const { setting, pluginType } = part;
    const origins = { originBefore: old?.origin ?? null, originAfter: now?.origin ?? null };
    return [{ setting, pluginType, changeType, ...origins }];
  });
}

function onlyIn(routes: ReadonlyMap<string, DescribedRoute>, others: ReadonlyMap<string, unknown>): RoutePlace[] {
  const alone = [...routes].filter(([key]) => !others.has(key));
  return alone.map(([, route]) => placeOf(route)).toSorted(compareResources);
}

/** Names the requests that a route takes, whatever its variables are called. */
function requestsOf({ path, methodType }: RoutePlace): string {
  return `${methodType} ${path.replace(/\{[^}+]*(\+?)\}/g, '{$1}')}`;
}

function placeOf({ path, methodType }: RoutePlace): RoutePlace {
  return { path, methodType };
}
