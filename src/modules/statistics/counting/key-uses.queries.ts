import type { MetricBatch } from '../../../contract/sync.js';
import { Prisma, type Queries } from '../../../database/index.js';
import { CLOCK_AHEAD_MS } from '../statistics.rules.js';
import { midnightBefore } from './midnight.js';

type QuotaUse = MetricBatch['quotaUses'][number];
type RouteKey = MetricBatch['routeKeys'][number];

/** How long it is kept which keys have called a route: a week and today. */
export const ROUTE_KEY_DAYS = 8;

/*
 * As the counts of API keys: one statement each, rows in the order of the primary key, and those of a key of another
 * project than the stage's are dropped.
 */

/** Takes the word of a gateway on quotas. Of one period it never goes back. */
export async function noteQuotaUses(queries: Queries, gatewayId: string, uses: readonly QuotaUse[]): Promise<void> {
  if (uses.length === 0) return;
  await queries.$executeRaw`
    INSERT INTO quota_use AS q (stage_id, api_key_id, gateway_id, period_id, used)
    SELECT DISTINCT ON (u."stageId", u."apiKeyId") u."stageId", u."apiKeyId", ${gatewayId}, u."periodId", u.used
    FROM jsonb_to_recordset(${JSON.stringify(uses)}::jsonb)
      AS u ("apiKeyId" text, "stageId" text, "periodId" text, used bigint)
    JOIN api_key k ON k.id = u."apiKeyId" JOIN stage s ON s.id = u."stageId" AND s.project_id = k.project_id
    ORDER BY u."stageId", u."apiKeyId", u.used DESC
    ON CONFLICT (stage_id, api_key_id, gateway_id) DO UPDATE SET reported_at = now(), period_id = excluded.period_id,
      used = CASE WHEN q.period_id = excluded.period_id THEN greatest(q.used, excluded.used) ELSE excluded.used END`;
}

/** Notes which keys have called which routes. */
export async function noteRouteKeys(queries: Queries, keys: readonly RouteKey[]): Promise<void> {
  if (keys.length === 0) return;
  await queries.$executeRaw`
    INSERT INTO route_key_use (stage_id, day, method, path, api_key_id)
    SELECT u."stageId", u.day, u.method, u.path, u."apiKeyId"
    FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
      AS u ("apiKeyId" text, "stageId" text, path text, method text, day date)
    JOIN api_key k ON k.id = u."apiKeyId" JOIN stage s ON s.id = u."stageId" AND s.project_id = k.project_id
    WHERE u.day >= (${midnightBefore(ROUTE_KEY_DAYS - 1)} AT TIME ZONE 'UTC')::date
      AND u.day <= ((now() + ${CLOCK_AHEAD_MS}::int * interval '1 millisecond') AT TIME ZONE 'UTC')::date
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT DO NOTHING`;
}

/** How much of a quota a key has used in a stage, by the word of the gateway that has counted most. */
export interface UsedQuota {
  readonly stageId: string;
  readonly apiKeyId: string;
  /** `2026-11-21` or `2026-11`, in UTC: the newest that was told of. Used is that of this period alone. */
  readonly periodId: string;
  readonly used: number;
  readonly reportedAt: Date;
}

/** What gateways have told of the quotas of keys in stages; of all keys where none are named. */
export function quotaUse(
  queries: Queries,
  stageIds: readonly string[],
  apiKeyIds: readonly string[] | null,
): Promise<UsedQuota[]> {
  const ofKeys = apiKeyIds === null ? Prisma.empty : Prisma.sql`AND api_key_id = ANY(${[...apiKeyIds]})`;
  return queries.$queryRaw<UsedQuota[]>`
    SELECT DISTINCT ON (stage_id, api_key_id) stage_id AS "stageId", api_key_id AS "apiKeyId",
      period_id AS "periodId", max(used)::float8 AS used, max(reported_at) AS "reportedAt"
    FROM quota_use WHERE stage_id = ANY(${[...stageIds]}) ${ofKeys}
    GROUP BY stage_id, api_key_id, period_id ORDER BY stage_id, api_key_id, max(reported_at) DESC`;
}
