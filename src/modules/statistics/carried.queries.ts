import type { Queries } from '../../database/index.js';
import { lastDaysOf, startsOf } from './statistics.rules.js';

/** What a route has carried. */
export interface CarriedRoute {
  readonly path: string;
  readonly method: string;
  readonly callCount: number;
  /** Calls that were answered with 4xx or 5xx. */
  readonly failureCount: number;
  /** API keys that called it; gateways tell of the first thousand of a day. */
  readonly keyCount: number;
}

/** The routes of a stage that were called in the last days (UTC), today being one of them. */
export function routesCarried(queries: Queries, stageId: string, sinceDays: number): Promise<CarriedRoute[]> {
  const days = startsOf(lastDaysOf(sinceDays, Date.now())).map((startMs) => new Date(startMs).toISOString());
  return queries.$queryRaw<CarriedRoute[]>`
    SELECT path, method, sum((status_2xx + status_3xx + status_4xx + status_5xx + status_etc)::float8) AS "callCount",
      sum((status_4xx + status_5xx)::float8) AS "failureCount",
      (SELECT count(DISTINCT u.api_key_id)::int FROM route_key_use u
       WHERE u.stage_id = ${stageId} AND u.day = ANY(${days}::date[])
         AND u.method = counted.method AND u.path = counted.path) AS "keyCount"
    FROM unnest(${days}::text[]::timestamptz[]) AS day (start_at) CROSS JOIN LATERAL (
      SELECT * FROM route_metric m
      WHERE m.stage_id = ${stageId} AND m.unit = 'ONE_DAYS' AND m.start_at = day.start_at OFFSET 0) counted
    GROUP BY path, method`;
}
