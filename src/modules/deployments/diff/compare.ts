import { resourceKey } from '../../../contract/paths.js';
import { mapSecrets } from '../../../contract/plugins/secrets.js';
import { canonicalJson } from '../../../kernel/canonical-json.js';
import { compareResources } from '../../resources/index.js';
import type { Described, DescribedResource, StageState } from './stage-state.js';

/** What happened to a part of a stage. */
export type ChangeType = 'ADDED' | 'REMOVED' | 'CHANGED';

/** A difference between two states of a stage; secrets in `before` and `after` are masked. */
export interface Change {
  /** Path of the resource; null for a setting of the whole stage. */
  readonly path: string | null;
  /** Method of the resource; null for a path and for a setting of the whole stage. */
  readonly methodType: string | null;
  /** RESOURCE for a whole resource, else the name of the setting (`methodName`, `plugin:HTTP`, `model:Pet`). */
  readonly item: string;
  readonly changeType: ChangeType;
  readonly before: unknown;
  readonly after: unknown;
}

const MASK = '********';
/** Stands for a secret that is not what it was. */
const CHANGED_MASK = `${MASK} (changed)`;
const PLUGIN = 'plugin:';
const NOTHING: StageState = { settings: new Map(), resources: [], parts: new Map() };

/**
 * All that differs between two states of a stage, null for one that does not exist: first settings of the stage, then
 * resources in the order of compareResources, then gateway responses and models; settings of one place by their names.
 * A resource that only one state has is one change. Empty exactly when the states are equal. Takes time in proportion
 * to their size.
 */
export function compareStates(before: StageState | null, after: StageState | null): Change[] {
  const [old, now] = [before ?? NOTHING, after ?? NOTHING];
  const ofStage = { path: null, methodType: null };
  return [
    ...compareSettings(ofStage, old.settings, now.settings),
    ...compareAllResources(old.resources, now.resources),
    ...compareSettings(ofStage, old.parts, now.parts),
  ];
}

function compareAllResources(before: readonly DescribedResource[], after: readonly DescribedResource[]): Change[] {
  const old = new Map(before.map((resource) => [resourceKey(resource), resource]));
  const now = new Map(after.map((resource) => [resourceKey(resource), resource]));
  const places = [...new Map([...old, ...now]).values()].toSorted(compareResources);
  return places.flatMap(({ path, methodType }): Change[] => {
    const place = { path, methodType };
    const [left, right] = [old.get(resourceKey(place)), now.get(resourceKey(place))];
    if (left && right) return compareSettings(place, left.settings, right.settings);
    const changeType = left ? 'REMOVED' : 'ADDED';
    return [{ ...place, item: 'RESOURCE', changeType, before: showWhole(left), after: showWhole(right) }];
  });
}

function showWhole(resource: DescribedResource | undefined): object | null {
  if (!resource) return null;
  return Object.fromEntries([...resource.settings].map(([item, value]) => [item, masked(item, value, () => MASK)]));
}

function compareSettings(place: Pick<Change, 'path' | 'methodType'>, before: Described, after: Described): Change[] {
  const items = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return items.flatMap((item): Change[] => {
    const [old, now] = [before.get(item) ?? null, after.get(item) ?? null];
    if (canonicalJson(old) === canonicalJson(now)) return [];
    const changeType = !before.has(item) ? 'ADDED' : after.has(item) ? 'CHANGED' : 'REMOVED';
    return [{ ...place, item, changeType, ...show(item, old, now) }];
  });
}

/** Both sides of a change as a client may see them: a secret is masked, and says whether it has changed. */
function show(item: string, before: unknown, after: unknown): Pick<Change, 'before' | 'after'> {
  const old = new Set<string>();
  const shownBefore = masked(item, before, (secret) => {
    old.add(secret);
    return MASK;
  });
  const shownAfter = masked(item, after, (secret) => (old.size === 0 || old.has(secret) ? MASK : CHANGED_MASK));
  return { before: shownBefore, after: shownAfter };
}

function masked(item: string, value: unknown, mask: (secret: string) => string): unknown {
  if (!item.startsWith(PLUGIN) || value === null) return value;
  return mapSecrets(item.slice(PLUGIN.length), value as Record<string, unknown>, mask);
}
