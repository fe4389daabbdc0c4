import type { MetricBatch } from '../../contract/sync.js';
import type { Steps } from '../../kernel/steps.js';
import type { RouteCounter, TakeEntry } from './counters.js';
import { DAY_MS, dayText } from './days.js';
import { RouteKeys } from './route-keys.js';

/** Calls with an API key to a stage on one day, as they are sent. */
export type ApiKeyCount = MetricBatch['apiKeyCounts'][number];
/** How much of its quota a key has used, as it is sent. */
type QuotaUse = MetricBatch['quotaUses'][number];
/** How much of its quota a key had used with a request, that one included. */
export type UsedQuota = Pick<QuotaUse, 'periodId' | 'used'>;

/**
 * The calls with one API key to one stage within the day that runs, so that counting a request is adding to numbers. Each
 * connection of the key has one, and there is a connection for each of its values, made anew when something of the access
 * document changes: {@link KeyCounters} counts what several of them are told on the first.
 */
export class KeyCounter {
  /** Days since 1970. */
  day = 0;
  calls = 0;
  /** Whether {@link KeyCounters} holds the counter to collect what it has counted. */
  isListed = false;
  /** The newest word on the key's quota; null for none since the last collection. */
  private quota: UsedQuota | null = null;
  /** The route that {@link RouteKeys} has noted last for it, and on which day. */
  lastRoute: RouteCounter | null = null;
  lastRouteDay = 0;

  constructor(
    readonly stageId: string,
    readonly apiKeyId: string,
  ) {}

  noteQuota(quota: UsedQuota): void {
    if (this.quota === null || isNewerWord(quota, this.quota)) this.quota = quota;
  }

  /** The calls, which begin at 0 again. */
  takeCalls(): ApiKeyCount {
    const { apiKeyId, stageId, day, calls } = this;
    this.calls = 0;
    return { apiKeyId, stageId, day: dayText(day), callCount: calls };
  }

  /** What is known of the quota that was not taken before. */
  takeQuota(): QuotaUse | null {
    const { apiKeyId, stageId, quota } = this;
    this.quota = null;
    return quota && { apiKeyId, stageId, ...quota };
  }
}

/**
 * Whether a word on a quota is newer than another: requests end in another order than they were counted in. Of periods of
 * one unit the later one is the greater text; a plan may have got another unit.
 */
export function isNewerWord(word: UsedQuota, known: UsedQuota): boolean {
  if (word.periodId === known.periodId) return word.used > known.used;
  return word.periodId.length !== known.periodId.length || word.periodId > known.periodId;
}

/** Collects what the counters of API keys count, and which keys have called which routes. */
export class KeyCounters {
  private readonly routes = new RouteKeys();
  /** Those that have counted, one for each key and stage. */
  private listed = new Map<string, KeyCounter>();
  /** Of days that were over before they were collected. */
  private ended: ApiKeyCount[] = [];

  /** Counts a call of a route with a key. `quota`: null when none counts. */
  record(key: KeyCounter, route: RouteCounter, atMs: number, quota: UsedQuota | null): void {
    const counter = key.isListed ? key : this.list(key);
    const day = Math.floor(atMs / DAY_MS);
    if (counter.day !== day) {
      if (counter.calls > 0) this.ended.push(counter.takeCalls());
      counter.day = day;
    }
    counter.calls += 1;
    if (quota) counter.noteQuota(quota);
    this.routes.record(route, key, day);
  }

  /** Gives what was counted since the last time, with as much of what is counted meanwhile as is still to be given. */
  *takeSteps(take: TakeEntry): Steps<void> {
    const { listed, ended } = this;
    this.listed = new Map();
    this.ended = [];
    for (const count of ended) {
      take('apiKeyCounts', count);
      yield;
    }
    for (const key of listed.values()) {
      key.isListed = false;
      take('apiKeyCounts', key.takeCalls());
      const quota = key.takeQuota();
      if (quota) take('quotaUses', quota);
      yield;
    }
    for (const routeKey of this.routes.take()) {
      take('routeKeys', routeKey);
      yield;
    }
  }

  /** Gives the counter that counts for a key: the one of the same key that is listed, or the one that becomes so. */
  private list(key: KeyCounter): KeyCounter {
    const id = `${key.apiKeyId} ${key.stageId}`;
    const listed = this.listed.get(id);
    if (listed) return listed;
    key.isListed = true;
    this.listed.set(id, key);
    return key;
  }
}
