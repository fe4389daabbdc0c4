import type { Queries } from '../../database/index.js';
import { lastDaysOf, startsOf } from './statistics.rules.js';

/** What a route has carried. */
export interface CarriedRoute {
  readonly path: string;
  readonly method: string;
  readonly callCount: number;
  /** Calls that were answered with 4xx or 5xx. */
  readonly failureCount: number;
  /** API keys that called it; null: it is not counted which. */
  readonly keyCount: number | null;
}

/** The routes of a stage that were called in the last days (UTC), today being one of them. */
export async function routesCarried(queries: Queries, stageId: string, sinceDays: number): Promise<CarriedRoute[]> {
  const days = startsOf(lastDaysOf(sinceDays, Date.now())).map((startMs) => new Date(startMs).toISOString());
  const rows = await queries.$queryRaw<Omit<CarriedRoute, 'keyCount'>[]>`
    SELECT path, method, sum((status_2xx + status_3xx + status_4xx + status_5xx + status_etc)::float8) AS "callCount",
      sum((status_4xx + status_5xx)::float8) AS "failureCount"
    FROM unnest(${days}::text[]::timestamptz[]) AS day (start_at) CROSS JOIN LATERAL (
      SELECT * FROM route_metric m
      WHERE m.stage_id = ${stageId} AND m.unit = 'ONE_DAYS' AND m.start_at = day.start_at OFFSET 0) counted
    GROUP BY path, method`;
  return rows.map((row) => ({ ...row, keyCount: null }));
}
