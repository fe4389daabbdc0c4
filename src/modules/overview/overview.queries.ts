import { GATEWAY_ALIVE_MS } from '../../contract/sync.js';
import type { DeploymentStatus } from '../../database/index.js';
import { Prisma, type Queries } from '../../database/index.js';

/** Stages of one answer; the oldest come first. */
export const MAX_STAGES = 100;
/** Keys and routes of one answer. */
export const MAX_LISTED = 20;

/** How calls have ended in some time. */
export interface CallCounts {
  readonly callCount: number;
  readonly status4xxCount: number;
  readonly status5xxCount: number;
  /** Of all calls, in milliseconds; 0 without one. */
  readonly averageDurationMs: number;
}

/** What is known of a stage at a glance. */
export interface StageOverview {
  readonly stageId: string;
  readonly stageName: string | null;
  readonly live: { readonly id: string; readonly deployedAt: string; readonly description: string } | null;
  readonly latest: {
    readonly id: string;
    readonly status: DeploymentStatus;
    readonly deployedAt: string;
    readonly failureReason: string | null;
  } | null;
  /** Gateways of the region that are alive, and those of them that serve what is live. */
  readonly aliveGateways: number;
  readonly servingGateways: number;
  /** Gateways that were alive in the last hour and have gone without signing off. */
  readonly goneGateways: number;
  readonly lastHour: CallCounts;
  readonly lastDay: CallCounts;
}

const ALIVE = Prisma.sql`g.last_seen_at > now() - ${GATEWAY_ALIVE_MS} * interval '1 millisecond'`;
/** A gateway that joins while a deployment runs is never told of the one that is live. */
const SERVED = Prisma.sql`(s.live_deployment_id, s.desired_deployment_id)`;

/** The calls of a stage in units that began within an interval, as JSON. */
const counted = (unit: 'ONE_MINUTES' | 'TEN_MINUTES', interval: '1 hour' | '24 hours'): Prisma.Sql => Prisma.sql`(
  SELECT jsonb_build_object('callCount', c.calls, 'status4xxCount', c.s4, 'status5xxCount', c.s5,
    'averageDurationMs', CASE WHEN c.calls > 0 THEN round(c.duration / c.calls) ELSE 0 END)
  FROM (SELECT coalesce(sum(status_2xx + status_3xx + status_4xx + status_5xx + status_etc), 0) AS calls,
      coalesce(sum(status_4xx), 0) AS s4, coalesce(sum(status_5xx), 0) AS s5, coalesce(sum(duration_ms), 0) AS duration
    FROM stage_metric m WHERE m.stage_id = s.id AND m.unit = ${unit}::metric_unit
      AND m.start_at > now() - ${interval}::interval) c)`;

/** The stages of a service, or one of them, each at a glance; in one query, however many there are. */
export function readStageOverviews(
  queries: Queries,
  serviceId: string,
  stageId: string | null,
): Promise<StageOverview[]> {
  const which = stageId === null ? Prisma.empty : Prisma.sql`AND s.id = ${stageId}`;
  return queries.$queryRaw<StageOverview[]>`
    SELECT s.id AS "stageId", s.name AS "stageName",
      CASE WHEN d.id IS NULL THEN NULL
        ELSE jsonb_build_object('id', d.id, 'deployedAt', d.deployed_at, 'description', d.description) END AS live,
      (SELECT jsonb_build_object('id', l.id, 'status', l.status, 'deployedAt', l.deployed_at,
          'failureReason', l.failure_reason)
        FROM deployment l WHERE l.stage_id = s.id ORDER BY l.deployed_at DESC, l.id DESC LIMIT 1) AS latest,
      gateways.alive AS "aliveGateways", gateways.serving AS "servingGateways", gateways.gone AS "goneGateways",
      ${counted('ONE_MINUTES', '1 hour')} AS "lastHour", ${counted('TEN_MINUTES', '24 hours')} AS "lastDay"
    FROM stage s JOIN service v ON v.id = s.service_id
    LEFT JOIN deployment d ON d.id = s.live_deployment_id
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE ${ALIVE})::int AS alive,
        count(*) FILTER (WHERE ${ALIVE} AND EXISTS (SELECT 1 FROM deployment_receipt r
          WHERE r.gateway_id = g.id AND r.deployment_id IN ${SERVED} AND r.reason IS NULL))::int AS serving,
        count(*) FILTER (WHERE NOT ${ALIVE} AND g.last_seen_at > now() - interval '1 hour')::int AS gone
      FROM gateway g WHERE g.server_group_id = v.server_group_id) gateways
    WHERE s.service_id = ${serviceId} ${which}
    ORDER BY s.created_at, s.id LIMIT ${MAX_STAGES}`;
}

/** A gateway that should serve a stage. */
export interface StageGateway {
  readonly gatewayId: string;
  readonly lastSeenAt: Date;
  readonly isAlive: boolean;
  /** When it said that it serves what is live; null: it has not, or has refused. */
  readonly servingSince: Date | null;
  /** Why it keeps what it had; null: it has not refused. */
  readonly refusal: string | null;
}

/** The gateways of the stage's region that were seen in the last day, by id, with what they have said of what is live. */
export function listStageGateways(queries: Queries, stageId: string): Promise<StageGateway[]> {
  return queries.$queryRaw<StageGateway[]>`
    SELECT g.id AS "gatewayId", g.last_seen_at AS "lastSeenAt", ${ALIVE} AS "isAlive", r.reason AS refusal,
      CASE WHEN r.reason IS NULL THEN r.received_at END AS "servingSince"
    FROM stage s JOIN service v ON v.id = s.service_id JOIN gateway g ON g.server_group_id = v.server_group_id
    LEFT JOIN LATERAL (SELECT reason, received_at FROM deployment_receipt r
      WHERE r.gateway_id = g.id AND r.deployment_id IN ${SERVED}
      ORDER BY r.reason IS NULL DESC, r.received_at LIMIT 1) r ON true
    WHERE s.id = ${stageId} ORDER BY g.id LIMIT ${MAX_STAGES}`;
}

/** The quota periods that run. */
export interface RunningPeriods {
  readonly day: string;
  readonly month: string;
}

/** A key that has used most of its quota in a stage. */
export interface KeyNearQuota {
  readonly apiKeyId: string;
  readonly apiKeyName: string;
  readonly stageId: string;
  readonly usagePlanId: string;
  readonly unit: 'DAY' | 'MONTH';
  readonly used: number;
  readonly limit: number;
  readonly reportedAt: Date;
  /** Of all such keys, listed or not. */
  readonly totalCount: number;
}

/** Keys that have used at least a share of their quota in the period that runs, those who have used most first. */
export function listKeysNearQuota(
  queries: Queries,
  stageIds: readonly string[],
  { day, month }: RunningPeriods,
  share: number,
): Promise<KeyNearQuota[]> {
  return queries.$queryRaw<KeyNearQuota[]>`
    SELECT *, count(*) OVER ()::int AS "totalCount" FROM (
      SELECT k.id AS "apiKeyId", k.name AS "apiKeyName", q.stage_id AS "stageId", p.id AS "usagePlanId",
        p.quota_period_unit::text AS unit, max(q.used)::float8 AS used, p.quota_limit AS "limit",
        max(q.reported_at) AS "reportedAt"
      FROM quota_use q
      JOIN subscription u ON u.stage_id = q.stage_id AND u.api_key_id = q.api_key_id
      JOIN usage_plan p ON p.id = u.usage_plan_id JOIN api_key k ON k.id = q.api_key_id
      WHERE q.stage_id = ANY(${[...stageIds]}) AND p.quota_limit IS NOT NULL
        AND q.period_id = CASE WHEN p.quota_period_unit = 'DAY' THEN ${day} ELSE ${month} END
      GROUP BY k.id, q.stage_id, p.id HAVING max(q.used) >= p.quota_limit * ${share}::float8) near
    ORDER BY used / greatest("limit", 1) DESC, "apiKeyId" LIMIT ${MAX_LISTED}`;
}

/** A route by its calls. */
export interface CalledRoute {
  readonly stageId: string;
  readonly path: string;
  readonly method: string;
  readonly callCount: number;
  readonly failureCount: number;
}

/** The routes of stages that were called most in the last 24 hours. */
export function listTopRoutes(queries: Queries, stageIds: readonly string[]): Promise<CalledRoute[]> {
  return queries.$queryRaw<CalledRoute[]>`
    SELECT stage_id AS "stageId", path, method,
      sum(status_2xx + status_3xx + status_4xx + status_5xx + status_etc)::float8 AS "callCount",
      sum(status_4xx + status_5xx)::float8 AS "failureCount"
    FROM route_metric
    WHERE stage_id = ANY(${[...stageIds]}) AND unit = 'TEN_MINUTES' AND start_at > now() - interval '24 hours'
    GROUP BY stage_id, path, method ORDER BY 4 DESC, stage_id, path, method LIMIT ${MAX_LISTED}`;
}

/** How many usage plans and subscriptions stages have, and how many stages the service has. */
export async function countConnections(
  queries: Queries,
  serviceId: string,
): Promise<{ stageCount: number; usagePlanCount: number; subscriptionCount: number }> {
  const [row] = await queries.$queryRaw<{ stageCount: number; usagePlanCount: number; subscriptionCount: number }[]>`
    WITH stages AS (SELECT id FROM stage WHERE service_id = ${serviceId})
    SELECT (SELECT count(*)::int FROM stages) AS "stageCount",
      (SELECT count(DISTINCT usage_plan_id)::int FROM usage_plan_stage WHERE stage_id IN (SELECT id FROM stages))
        AS "usagePlanCount",
      (SELECT count(*)::int FROM subscription WHERE stage_id IN (SELECT id FROM stages)) AS "subscriptionCount"`;
  return row ?? { stageCount: 0, usagePlanCount: 0, subscriptionCount: 0 };
}
