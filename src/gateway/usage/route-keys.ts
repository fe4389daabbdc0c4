import { MAX_KEYS_OF_ROUTE, type MetricBatch } from '../../contract/sync.js';
import type { RouteCounter } from './counters.js';
import { dayText } from './days.js';
import type { KeyCounter } from './key-counters.js';

/** That an API key has called a route on a day, as it is sent. */
export type RouteKey = MetricBatch['routeKeys'][number];

/** Keys of routes that are remembered as told; beyond it some are told again, which changes nothing. */
const MAX_REMEMBERED = 200_000;

/** Which API keys have called which routes on the day that runs: each is told once. */
export class RouteKeys {
  private readonly told = new Map<RouteCounter, Set<string>>();
  private remembered = 0;
  private fresh: RouteKey[] = [];
  /** Days since 1970. */
  private day = 0;

  /** Notes a call of a route on a day (days since 1970). Calls that found no route are none. */
  record(route: RouteCounter, key: KeyCounter, day: number): void {
    // Most keys call one route again and again.
    if (key.lastRoute === route && key.lastRouteDay === day) return;
    const { stageId, path, method } = route;
    if (path === null || method === null) return;
    if (day !== this.day) this.turnDay(day);
    this.note(route, key.apiKeyId, { stageId, path, method });
    key.lastRoute = route;
    key.lastRouteDay = day;
  }

  /** Gives what is new since the last call. */
  take(): RouteKey[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  private note(route: RouteCounter, apiKeyId: string, place: Omit<RouteKey, 'apiKeyId' | 'day'>): void {
    let keys = this.told.get(route);
    if (!keys) this.told.set(route, (keys = new Set()));
    if (keys.has(apiKeyId) || keys.size >= MAX_KEYS_OF_ROUTE) return;
    if (this.remembered >= MAX_REMEMBERED) {
      this.forget();
      this.told.set(route, (keys = new Set()));
    }
    keys.add(apiKeyId);
    this.remembered += 1;
    this.fresh.push({ apiKeyId, ...place, day: dayText(this.day) });
  }

  private turnDay(day: number): void {
    this.day = day;
    this.forget();
  }

  private forget(): void {
    this.told.clear();
    this.remembered = 0;
  }
}
