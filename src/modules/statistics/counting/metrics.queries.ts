import { METRIC_RETENTION_DAYS, type MetricBatch } from '../../../contract/sync.js';
import { Prisma, type Queries } from '../../../database/index.js';
import { CLOCK_AHEAD_MS, unitLengthsMs } from '../statistics.rules.js';
import { midnightBefore } from './midnight.js';

type RouteCount = MetricBatch['counts'][number];
type ApiKeyCount = MetricBatch['apiKeyCounts'][number];

/*
 * A batch becomes a few statements, each with one JSON value, and each takes its rows in the order of the primary key:
 * batches that add to the same rows wait for each other, and never in a circle.
 */

/** Every count goes into a row of each unit. Days and hours begin in UTC. */
const UNITS = Prisma.sql`(VALUES ${Prisma.join(
  Object.entries(unitLengthsMs).map(
    ([unit, lengthMs]) => Prisma.sql`(${unit}::metric_unit, ${lengthMs}::int * interval '1 millisecond')`,
  ),
)}) AS u (unit, width)`;
const UNIT_START = Prisma.sql`date_bin(u.width, c.minute, timestamptz '2000-01-01 00:00:00+00')`;

/** The first moment that is kept. */
const KEPT_FROM = midnightBefore(METRIC_RETENTION_DAYS);
/** Gateways whose clocks are too far ahead are not believed. */
const KEPT_UNTIL = Prisma.sql`now() + ${CLOCK_AHEAD_MS}::int * interval '1 millisecond'`;

const COUNT_COLUMNS = Prisma.sql`"stageId" text, minute timestamptz, path text, method text, status2xx bigint,
  status3xx bigint, status4xx bigint, status5xx bigint, "statusEtc" bigint, "durationMs" bigint, "outboundBytes" bigint`;
const SUMS = Prisma.sql`sum(c.status2xx), sum(c.status3xx), sum(c.status4xx), sum(c.status5xx), sum(c."statusEtc"),
  sum(c."durationMs"), sum(c."outboundBytes")`;
const SUM_COLUMNS = Prisma.sql`status_2xx, status_3xx, status_4xx, status_5xx, status_etc, duration_ms, outbound_bytes`;
const ADDED = Prisma.sql`
  status_2xx = m.status_2xx + excluded.status_2xx, status_3xx = m.status_3xx + excluded.status_3xx,
  status_4xx = m.status_4xx + excluded.status_4xx, status_5xx = m.status_5xx + excluded.status_5xx,
  status_etc = m.status_etc + excluded.status_etc, duration_ms = m.duration_ms + excluded.duration_ms,
  outbound_bytes = m.outbound_bytes + excluded.outbound_bytes`;

/** Notes that a batch is taken. False when it was before; a repetition that runs at the same time waits for the first. */
export async function rememberBatch(queries: Queries, gatewayId: string, batchId: string): Promise<boolean> {
  const inserted = await queries.$executeRaw`
    INSERT INTO metric_batch (gateway_id, batch_id) VALUES (${gatewayId}, ${batchId}) ON CONFLICT DO NOTHING`;
  return inserted > 0;
}

/** Adds the counts that belong to a route. */
export async function addRouteCounts(queries: Queries, counts: readonly RouteCount[]): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO route_metric AS m (stage_id, unit, start_at, path, method, ${SUM_COLUMNS})
    SELECT c."stageId", u.unit, ${UNIT_START}, c.path, c.method, ${SUMS}
    FROM jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) AS c (${COUNT_COLUMNS}) CROSS JOIN ${UNITS}
    WHERE c.path IS NOT NULL AND c.method IS NOT NULL AND c.minute >= ${KEPT_FROM} AND c.minute < ${KEPT_UNTIL}
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (stage_id, unit, start_at, path, method) DO UPDATE SET ${ADDED}`;
}

/** Adds the counts to their stages. */
export async function addStageCounts(queries: Queries, counts: readonly RouteCount[]): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO stage_metric AS m (stage_id, unit, start_at, ${SUM_COLUMNS})
    SELECT c."stageId", u.unit, ${UNIT_START}, ${SUMS}
    FROM jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) AS c (${COUNT_COLUMNS}) CROSS JOIN ${UNITS}
    WHERE c.minute >= ${KEPT_FROM} AND c.minute < ${KEPT_UNTIL}
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (stage_id, unit, start_at) DO UPDATE SET ${ADDED}, updated_at = now()`;
}

/** Adds the counts of API keys; those of a stage of another project than the key's are dropped. */
export async function addApiKeyCounts(queries: Queries, counts: readonly ApiKeyCount[]): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO api_key_metric AS m (api_key_id, stage_id, day, call_count)
    SELECT c."apiKeyId", c."stageId", c.day, sum(c."callCount")
    FROM jsonb_to_recordset(${JSON.stringify(counts)}::jsonb)
      AS c ("apiKeyId" text, "stageId" text, day date, "callCount" bigint)
    JOIN api_key k ON k.id = c."apiKeyId" JOIN stage s ON s.id = c."stageId" AND s.project_id = k.project_id
    WHERE c.day >= ((${KEPT_FROM}) AT TIME ZONE 'UTC')::date AND c.day <= ((${KEPT_UNTIL}) AT TIME ZONE 'UTC')::date
    GROUP BY 1, 2, 3 ORDER BY 1, 3, 2
    ON CONFLICT (api_key_id, day, stage_id) DO UPDATE SET
      call_count = m.call_count + excluded.call_count, updated_at = now()`;
}
