import { METRIC_BATCH_MEMORY_DAYS, METRIC_RETENTION_DAYS } from '../../../contract/sync.js';
import { Prisma, type Queries } from '../../../database/index.js';
import { isStageInRecycleBin } from '../../recycle-bin/index.js';
import { ROUTE_KEY_DAYS } from './key-uses.queries.js';
import { midnightBefore } from './midnight.js';

/*
 * Every statement finds the old rows through an index, also where there are none: each removes at most `limit` rows and
 * gives their number, and rows that another replica is removing are passed over.
 */

/**
 * Removes rows of one of the tables by stage, unit and time: old ones, and all of a stage that is gone and
 * cannot come back. The stages that have rows are found by stepping from one to the next in the index.
 */
function removeUnits(queries: Queries, table: 'route_metric' | 'stage_metric', limit: number): Promise<number> {
  const name = Prisma.raw(table);
  return queries.$executeRaw`
    DELETE FROM ${name} WHERE ctid = ANY(ARRAY(
      WITH RECURSIVE counted (stage_id) AS (
        (SELECT stage_id FROM ${name} ORDER BY stage_id LIMIT 1)
        UNION ALL
        SELECT (SELECT m.stage_id FROM ${name} m WHERE m.stage_id > c.stage_id ORDER BY m.stage_id LIMIT 1)
        FROM counted c WHERE c.stage_id IS NOT NULL)
      SELECT old.ctid
      FROM counted c LEFT JOIN stage s ON s.id = c.stage_id
      CROSS JOIN unnest(enum_range(NULL::metric_unit)) u (unit) CROSS JOIN LATERAL (
        SELECT m.ctid FROM ${name} m
        WHERE m.stage_id = c.stage_id AND m.unit = u.unit
          AND m.start_at < CASE WHEN s.id IS NULL AND NOT ${isStageInRecycleBin(Prisma.sql`c.stage_id`)} THEN 'infinity' ELSE ${midnightBefore(METRIC_RETENTION_DAYS)} END
        ORDER BY m.start_at LIMIT ${limit} FOR UPDATE SKIP LOCKED) old
      LIMIT ${limit}))`;
}

function removeOldDays(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM api_key_metric WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM api_key_metric WHERE day < (${midnightBefore(METRIC_RETENTION_DAYS)} AT TIME ZONE 'UTC')::date
      ORDER BY day LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}

function removeOldBatches(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM metric_batch WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM metric_batch WHERE received_at < ${midnightBefore(METRIC_BATCH_MEMORY_DAYS)}
      ORDER BY received_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}

/** Longer than the longest period of a quota. */
const QUOTA_USE_DAYS = 32;

function removeOldQuotaUses(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM quota_use WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM quota_use WHERE reported_at < ${midnightBefore(QUOTA_USE_DAYS)}
      ORDER BY reported_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}

function removeOldRouteKeys(queries: Queries, limit: number): Promise<number> {
  return queries.$executeRaw`
    DELETE FROM route_key_use WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM route_key_use WHERE day < (${midnightBefore(ROUTE_KEY_DAYS - 1)} AT TIME ZONE 'UTC')::date
      ORDER BY day LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}

/** What removes the rows of each table that are not kept. Those of API keys go with their key, or when they are old. */
export const removals: readonly ((queries: Queries, limit: number) => Promise<number>)[] = [
  (queries, limit) => removeUnits(queries, 'route_metric', limit),
  (queries, limit) => removeUnits(queries, 'stage_metric', limit),
  removeOldDays,
  removeOldBatches,
  removeOldQuotaUses,
  removeOldRouteKeys,
];
