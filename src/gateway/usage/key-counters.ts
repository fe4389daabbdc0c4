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
 * The calls with one API key to one stage within the day that runs; made when the key is first shown there, so that
 * counting a request is adding to numbers.
 */
export class KeyCounter {
  /** Days since 1970. */
  day = 0;
  calls = 0;
  /** Whether there is something to collect; then {@link KeyCounters} holds the counter. */
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

  /** Requests end in another order than they were counted in. */
  noteQuota(quota: UsedQuota): void {
    if (this.quota?.periodId !== quota.periodId || this.quota.used < quota.used) this.quota = quota;
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

/** Collects what the counters of API keys count, and which keys have called which routes. */
export class KeyCounters {
  private readonly routes = new RouteKeys();
  private listed: KeyCounter[] = [];
  /** Of days that were over before they were collected. */
  private ended: ApiKeyCount[] = [];

  /** Counts a call of a route with a key. `quota`: null when none counts. */
  record(key: KeyCounter, route: RouteCounter, atMs: number, quota: UsedQuota | null): void {
    const day = Math.floor(atMs / DAY_MS);
    if (!key.isListed) {
      key.isListed = true;
      key.day = day;
      this.listed.push(key);
    } else if (key.day !== day) {
      this.ended.push(key.takeCalls());
      key.day = day;
    }
    key.calls += 1;
    if (quota) key.noteQuota(quota);
    this.routes.record(route, key, day);
  }

  /** Gives what was counted since the last time, with as much of what is counted meanwhile as is still to be given. */
  *takeSteps(take: TakeEntry): Steps<void> {
    const { listed, ended } = this;
    this.listed = [];
    this.ended = [];
    for (const count of ended) {
      take('apiKeyCounts', count);
      yield;
    }
    for (const key of listed) {
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
}
