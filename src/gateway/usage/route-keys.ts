import { MAX_KEYS_OF_ROUTE, type MetricBatch } from '../../contract/sync.js';
import type { RouteCounter } from './counters.js';

/** That an API key has called a route on a day, as it is sent. */
export type RouteKey = MetricBatch['routeKeys'][number];

const DAY_MS = 24 * 3_600_000;
/** Keys of routes that are remembered as told; beyond it some are told again, which changes nothing. */
const MAX_REMEMBERED = 200_000;

/** Which API keys have called which routes on the day that runs: each is told once. */
export class RouteKeys {
  private readonly told = new Map<RouteCounter, Set<string>>();
  private remembered = 0;
  private fresh: RouteKey[] = [];
  /** Days since 1970. */
  private day = 0;
  private dayText = '';

  /** Notes a call of a route. Calls that found no route are none. */
  record(counter: RouteCounter, apiKeyId: string, atMs: number): void {
    const { stageId, path, method } = counter;
    if (path === null || method === null) return;
    this.turnDay(atMs);
    let keys = this.told.get(counter);
    if (!keys) this.told.set(counter, (keys = new Set()));
    if (keys.has(apiKeyId) || keys.size >= MAX_KEYS_OF_ROUTE) return;
    if (this.remembered >= MAX_REMEMBERED) {
      this.forget();
      this.told.set(counter, (keys = new Set()));
    }
    keys.add(apiKeyId);
    this.remembered += 1;
    this.fresh.push({ apiKeyId, stageId, path, method, day: this.dayText });
  }

  /** Gives what is new since the last call. */
  take(): RouteKey[] {
    const { fresh } = this;
    this.fresh = [];
    return fresh;
  }

  private turnDay(atMs: number): void {
    const day = Math.floor(atMs / DAY_MS);
    if (day === this.day) return;
    this.day = day;
    this.dayText = new Date(day * DAY_MS).toISOString().slice(0, 10);
    this.forget();
  }

  private forget(): void {
    this.told.clear();
    this.remembered = 0;
  }
}
