import type { Change, ChangeType } from '../diff/compare.js';
import type { LeavingRoute, PlanTotals, TellingRoute } from './plan-content.rules.js';
import type { Place, RouteChange } from './route-changes.rules.js';
import { byTraffic, callsOf, type Traffic, TRAFFIC_DAYS } from './traffic.rules.js';

/** How many sentences a kind of change is told in; one more tells of the rest. */
const MAX_SENTENCES = 10;
const VERBS: Readonly<Record<ChangeType, string>> = { ADDED: 'adds', REMOVED: 'removes', CHANGED: 'changes' };

/** What a summary is made of; routes with the most calls come first. */
export interface SummarySource {
  readonly isChanged: boolean;
  readonly removed: readonly LeavingRoute[];
  readonly changed: readonly TellingRoute[];
  readonly settings: readonly Change[];
  readonly totals: PlanTotals;
}

/** A setting that changes several routes in the same way. */
interface Group {
  readonly change: RouteChange;
  readonly routes: readonly TellingRoute[];
}

/**
 * What a deployment would do, in sentences, the greatest risk first: what breaks callers for sure, then what changes
 * under them, then what nobody has called, then what is new.
 */
export function summarize({ isChanged, removed, changed, settings, totals }: SummarySource): string[] {
  if (!isChanged) return ['changes nothing'];
  const [usedRemoved, unusedRemoved] = split(removed.filter(({ replacedByPath }) => replacedByPath === null));
  const renamed = removed.filter(({ replacedByPath }) => replacedByPath !== null);
  const [usedChanged, unusedChanged] = split(changed);
  const addedCount = totals.addedRouteCount - renamed.length;
  const ofStage = settings.filter(isToldOfStage);
  const sentences = [
    ...listed(usedRemoved, (route) => `removes ${nameOf(route)}: ${carried(route)}`, 'removes'),
    ...groupsOf(usedChanged).slice(0, MAX_SENTENCES).map(tellGroup),
    ...listed(usedChanged, (route) => `changes ${nameOf(route)} (${partsOf(route)}): ${carried(route)}`, 'changes'),
    ...listed(renamed, tellRenamed, 'replaces'),
    ...tellOfStage(ofStage),
    ...tellUnused('removes', unusedRemoved.length),
    ...tellUnused('changes', unusedChanged.length),
    ...tell(addedCount, `adds ${count(addedCount, 'route')}`),
    ...tell(
      totals.documentationChangeCount,
      `changes the API document in ${count(totals.documentationChangeCount, 'place')}`,
    ),
  ];
  return sentences.length > 0 ? sentences : [ofSettingsAlone(totals.settingChangeCount)];
}

/** What every stage has is added when nothing was live, and goes without saying. */
function isToldOfStage({ path, item, changeType }: Change): boolean {
  return path === null && (changeType === 'CHANGED' || item.startsWith('gatewayResponse:'));
}

/** Routes that were called, and those that were not. */
function split<Route extends Traffic>(routes: readonly Route[]): [used: Route[], unused: Route[]] {
  const isUsed = ({ callCount }: Route) => callCount > 0;
  return [routes.filter(isUsed), routes.filter((route) => !isUsed(route))];
}

function listed<Route extends Traffic>(
  routes: readonly Route[],
  one: (route: Route) => string,
  verb: string,
): string[] {
  const rest = routes.slice(MAX_SENTENCES);
  const more = `${verb} ${rest.length} more: ${count(callsOf(rest), 'call')} ${LATELY}`;
  return [...routes.slice(0, MAX_SENTENCES).map(one), ...tell(rest.length, more)];
}

function tellRenamed(route: LeavingRoute): string {
  return `replaces ${nameOf(route)} by ${route.replacedByPath}: ${carried(route)}`;
}

/** What changes more than one route in the same way from the same place, the one with the most calls first. */
function groupsOf(changed: readonly TellingRoute[]): Group[] {
  const groups = new Map<string, { change: RouteChange; routes: TellingRoute[] }>();
  for (const route of changed) {
    for (const change of route.changes) {
      const key = nameOfChange(change);
      const group = groups.get(key) ?? { change, routes: [] };
      group.routes.push(route);
      groups.set(key, group);
    }
  }
  const calls = ({ routes }: Group): Traffic => ({ callCount: callsOf(routes), failureCount: 0, keyCount: 0 });
  return [...groups.values()]
    .filter(({ routes }) => routes.length > 1)
    .toSorted((a, b) => byTraffic(calls(a), calls(b)));
}

function tellGroup({ change, routes }: Group): string {
  const calls = `${count(callsOf(routes), 'call')} ${LATELY}`;
  return `${nameOfChange(change)} for ${count(routes.length, 'route')}: ${calls}`;
}

function tellOfStage(changes: readonly Change[]): string[] {
  const told = changes
    .slice(0, MAX_SENTENCES)
    .map(({ item, changeType }) => `${VERBS[changeType]} ${item} of the stage`);
  const restCount = changes.length - told.length;
  return [...told, ...tell(restCount, `changes ${restCount} more of the stage`)];
}

function tellUnused(verb: string, routeCount: number): string[] {
  return tell(routeCount, `${verb} ${count(routeCount, 'route')} without calls ${LATELY}`);
}

function ofSettingsAlone(settingCount: number): string {
  return settingCount > 0
    ? `changes ${count(settingCount, 'setting')} that no route goes by`
    : 'writes the same routes in another form';
}

const LATELY = `in the last ${TRAFFIC_DAYS} days`;

function carried({ callCount, keyCount }: Traffic): string {
  const keys = keyCount === 0 ? '' : `, ${count(keyCount, 'key')}`;
  return `${count(callCount, 'call')}${keys} ${LATELY}`;
}

/** The parts of a route that change: `changes the backend; adds JWT of /`. */
function partsOf({ changes }: TellingRoute): string {
  return changes.map(nameOfChange).join('; ');
}

function nameOfChange({ setting, pluginType, changeType, originBefore, originAfter }: RouteChange): string {
  const verb = VERBS[changeType];
  if (setting === 'BACKEND') return `${verb} the backend`;
  if (setting === 'VALIDATION') return `${verb} what requests are checked for`;
  const origin = originAfter ?? originBefore;
  return `${verb} ${pluginType}${origin ? ` of ${nameOf(origin)}` : ''}`;
}

function nameOf({ path, methodType }: Place): string {
  return methodType === null ? path : `${methodType} ${path}`;
}

function count(amount: number, thing: string): string {
  return `${amount} ${thing}${amount === 1 ? '' : 's'}`;
}

/** The sentence, when there is anything to tell of. */
function tell(amount: number, sentence: string): string[] {
  return amount > 0 ? [sentence] : [];
}
