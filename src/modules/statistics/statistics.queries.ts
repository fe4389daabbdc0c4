import { Prisma, type Queries } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { withDomains } from '../stages/index.js';
import { MAX_TOP_SERVICES, startsOf, type TopServiceOrder, type UnitRange } from './statistics.rules.js';

/*
 * Units are looked up one by one, each by its whole key, and not as a range of times: a day holds two hundred times the
 * rows of its hours, which the planner does not know, and it would rather read them all. OFFSET 0 keeps it to that.
 */

/**
 * Calls and what they took. JSON numbers: they are exact up to 2^53, which a stage that is called a million times a
 * second reaches after 285 years, and one that sends 10 GB a second after ten days; after that sums are rounded.
 */
export interface CallCounts {
  readonly status2xx: number;
  readonly status3xx: number;
  readonly status4xx: number;
  readonly status5xx: number;
  readonly statusEtc: number;
  readonly durationMs: number;
  readonly outboundBytes: number;
}

/** Sums of floating point numbers take half the time of those of bigint, which are numeric. */
const SUMS = Prisma.sql`
  sum(status_2xx::float8) AS "status2xx", sum(status_3xx::float8) AS "status3xx",
  sum(status_4xx::float8) AS "status4xx", sum(status_5xx::float8) AS "status5xx",
  sum(status_etc::float8) AS "statusEtc", sum(duration_ms::float8) AS "durationMs",
  sum(outbound_bytes::float8) AS "outboundBytes"`;
const CALLS = Prisma.sql`sum((status_2xx + status_3xx + status_4xx + status_5xx + status_etc)::float8)`;

/** The units of ranges as rows `unit (unit, start_at)`. */
function unitsOf(ranges: readonly UnitRange[]): Prisma.Sql {
  const units = ranges.flatMap((range) => startsOf(range).map((startMs) => ({ unit: range.unit, startMs })));
  const names = units.map(({ unit }) => unit);
  const starts = units.map(({ startMs }) => new Date(startMs).toISOString());
  return Prisma.sql`unnest(${names}::text[]::metric_unit[], ${starts}::text[]::timestamptz[]) AS unit (unit, start_at)`;
}

/** Calls of a route. */
export interface RouteCounts extends CallCounts {
  readonly path: string;
  readonly method: string;
}

/** A page of the routes of a stage that were called in the ranges, by path and method, and the number of all of them. */
export async function sumRoutes(
  queries: Queries,
  stageId: string,
  ranges: readonly UnitRange[],
  page: PageQuery,
): Promise<{ rows: RouteCounts[]; totalCount: number }> {
  const { take, skip } = pageWindow(page);
  const rows = await queries.$queryRaw<(RouteCounts & { totalCount: number })[]>`
    WITH route AS MATERIALIZED (
      SELECT path, method, ${SUMS} FROM ${unitsOf(ranges)} CROSS JOIN LATERAL (
        SELECT * FROM route_metric m
        WHERE m.stage_id = ${stageId} AND m.unit = unit.unit AND m.start_at = unit.start_at OFFSET 0) counted
      GROUP BY path, method),
    page AS (SELECT * FROM route ORDER BY path COLLATE "C", method LIMIT ${take} OFFSET ${skip})
    SELECT number.*, page.* FROM (SELECT count(*)::int AS "totalCount" FROM route) number LEFT JOIN page ON true
    ORDER BY path COLLATE "C", method`;
  // Past the last page there is one row that has the number alone.
  return { rows: rows.filter(({ path }) => path !== null), totalCount: rows[0]?.totalCount ?? 0 };
}

/** Calls of a stage in units of one length, by the unit's start in milliseconds of the epoch; units without calls lack. */
export async function readStageUnits(
  queries: Queries,
  stageId: string,
  range: UnitRange,
): Promise<Map<number, CallCounts>> {
  const rows = await queries.$queryRaw<(CallCounts & { startAt: Date })[]>`
    SELECT counted.start_at AS "startAt", ${SUMS} FROM ${unitsOf([range])} CROSS JOIN LATERAL (
      SELECT * FROM stage_metric m
      WHERE m.stage_id = ${stageId} AND m.unit = unit.unit AND m.start_at = unit.start_at OFFSET 0) counted
    GROUP BY counted.start_at`;
  return new Map(rows.map(({ startAt, ...counts }) => [startAt.getTime(), counts]));
}

/** When counts of a stage were last taken in; null when there are none. */
export async function findStageUpdate(queries: Queries, stageId: string): Promise<Date | null> {
  // Whatever is counted is counted in a day too, and of days there are few.
  const where = { stageId, unit: 'ONE_DAYS' } as const;
  return (await queries.stageMetric.aggregate({ where, _max: { updatedAt: true } }))._max.updatedAt;
}

/** Calls of a service. */
export interface ServiceCounts extends CallCounts {
  readonly serviceId: string;
  readonly name: string;
}

const ORDERS: Readonly<Record<TopServiceOrder, Prisma.Sql>> = {
  CALL_COUNT: CALLS,
  FAIL_CALL_COUNT: Prisma.sql`sum((status_4xx + status_5xx)::float8)`,
  AVG_RESPONSE_TIME: Prisma.sql`sum(duration_ms::float8) / ${CALLS}`,
};

/** The services of a project that come first in a range of days, of those that were called. */
export function sumTopServices(
  queries: Queries,
  projectId: string,
  range: UnitRange,
  order: TopServiceOrder,
): Promise<ServiceCounts[]> {
  return queries.$queryRaw<ServiceCounts[]>`
    SELECT v.id AS "serviceId", v.name, ${SUMS}
    FROM service v JOIN stage s ON s.service_id = v.id CROSS JOIN ${unitsOf([range])} CROSS JOIN LATERAL (
      SELECT * FROM stage_metric m
      WHERE m.stage_id = s.id AND m.unit = unit.unit AND m.start_at = unit.start_at OFFSET 0) counted
    WHERE v.project_id = ${projectId}
    GROUP BY v.id HAVING ${CALLS} > 0
    ORDER BY ${ORDERS[order]} DESC, v.id LIMIT ${MAX_TOP_SERVICES}`;
}

/** When counts of a project's stages were last taken in; null when there are none. */
export async function findProjectUpdate(queries: Queries, projectId: string): Promise<Date | null> {
  const [row] = await queries.$queryRaw<{ updatedAt: Date | null }[]>`
    SELECT max(latest.updated_at) AS "updatedAt" FROM stage s CROSS JOIN LATERAL (
      SELECT max(m.updated_at) AS updated_at FROM stage_metric m
      WHERE m.stage_id = s.id AND m.unit = 'ONE_DAYS') latest
    WHERE s.project_id = ${projectId}`;
  return row?.updatedAt ?? null;
}

/** Calls with an API key in a range of days, by stage id and the day's start in milliseconds of the epoch. */
export async function readApiKeyDays(
  queries: Queries,
  apiKeyId: string,
  { fromMs, toMs }: UnitRange,
): Promise<Map<string, Map<number, number>>> {
  const rows = await queries.apiKeyMetric.findMany({
    where: { apiKeyId, day: { gte: new Date(fromMs), lt: new Date(toMs) } },
    select: { stageId: true, day: true, callCount: true },
  });
  const byStage = new Map<string, Map<number, number>>();
  for (const { stageId, day, callCount } of rows) {
    const days = byStage.get(stageId) ?? new Map<number, number>();
    byStage.set(stageId, days.set(day.getTime(), Number(callCount)));
  }
  return byStage;
}

/** When calls with an API key were last taken in; null when there are none. */
export async function findApiKeyUpdate(queries: Queries, apiKeyId: string): Promise<Date | null> {
  return (await queries.apiKeyMetric.aggregate({ where: { apiKeyId }, _max: { updatedAt: true } }))._max.updatedAt;
}

const withRegion = { ...withDomains, service: { select: { regionCode: true } } } as const;

/** A stage with what its names are made of. */
export type NamedStage = Prisma.StageGetPayload<{ include: typeof withRegion }>;

/** The stages of these ids and those that an API key is connected to, oldest first. */
export function listStagesOfApiKey(
  queries: Queries,
  projectId: string,
  apiKeyId: string,
  stageIds: readonly string[],
): Promise<NamedStage[]> {
  const connected = { usagePlans: { some: { subscriptions: { some: { apiKeyId } } } } };
  return queries.stage.findMany({
    where: { projectId, OR: [{ id: { in: [...stageIds] } }, connected] },
    include: withRegion,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  });
}
