import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../database/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import { requireApiKey } from '../api-keys/index.js';
import { requireStage } from '../stages/index.js';
import type { Tenant } from '../tenancy/index.js';
import {
  type CallCounts,
  findApiKeyUpdate,
  findProjectUpdate,
  findStageUpdate,
  listStagesOfApiKey,
  type NamedStage,
  readApiKeyDays,
  readStageUnits,
  type RouteCounts,
  type ServiceCounts,
  sumRoutes,
  sumTopServices,
} from './statistics.queries.js';
import {
  begunBy,
  checkPeriod,
  coverPeriod,
  graphUnit,
  lastDaysOf,
  type MetricUnit,
  type Period,
  SHORTEST_API_KEY_PERIOD_MS,
  SHORTEST_STAGE_PERIOD_MS,
  startsOf,
  type TopServiceOrder,
  touchedUnits,
} from './statistics.rules.js';

/** When the counts behind an answer were last taken in; null when there are none. */
interface Updated {
  readonly updatedAt: Date | null;
}

/** A point of a graph of a stage; counts undefined when nothing was called. */
export interface StagePoint {
  /** Milliseconds of the epoch. */
  readonly startMs: number;
  readonly counts: CallCounts | undefined;
}

/** Calls with an API key to one stage by day, days without calls included. */
export interface ApiKeySeries {
  readonly stage: NamedStage;
  readonly days: readonly { readonly startMs: number; readonly callCount: number }[];
}

/** Use cases of statistics. Each reads at one moment: parts of an answer fit each other. */
@Injectable()
export class StatisticsService {
  constructor(private readonly database: Database) {}

  /** Calls by route, of those that were called. @throws AppError STATISTICS_PERIOD_INVALID, SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  async byRoute(
    tenant: Tenant,
    { serviceId, stageId }: { serviceId: string; stageId: string },
    query: Period & PageQuery,
  ): Promise<Page<RouteCounts> & Updated> {
    const nowMs = Date.now();
    checkPeriod(query, SHORTEST_STAGE_PERIOD_MS, nowMs);
    return this.database.readAtOnce(async (queries) => {
      await requireStage(queries, tenant.projectId, serviceId, stageId);
      const { rows, totalCount } = await sumRoutes(queries, stageId, coverPeriod(query, nowMs), query);
      return { ...toPage(query, rows, totalCount), updatedAt: await findStageUpdate(queries, stageId) };
    });
  }

  /** Calls of a stage as a graph. @throws AppError STATISTICS_PERIOD_INVALID, SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  async graph(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    period: Period,
  ): Promise<{ unit: MetricUnit; points: StagePoint[] } & Updated> {
    const nowMs = Date.now();
    checkPeriod(period, SHORTEST_STAGE_PERIOD_MS, nowMs);
    const range = begunBy(touchedUnits(period, graphUnit(period)), nowMs);
    return this.database.readAtOnce(async (queries) => {
      await requireStage(queries, tenant.projectId, serviceId, stageId);
      const counted = await readStageUnits(queries, stageId, range);
      const points = startsOf(range).map((startMs) => ({ startMs, counts: counted.get(startMs) }));
      return { unit: range.unit, points, updatedAt: await findStageUpdate(queries, stageId) };
    });
  }

  /**
   * Calls with an API key by day, for the stages that it is connected to and those that it called in the period.
   * @throws AppError STATISTICS_PERIOD_INVALID, API_KEY_NOT_FOUND
   */
  async byApiKey(
    { projectId }: Tenant,
    apiKeyId: string,
    period: Period,
  ): Promise<{ series: ApiKeySeries[] } & Updated> {
    const nowMs = Date.now();
    checkPeriod(period, SHORTEST_API_KEY_PERIOD_MS, nowMs);
    const range = begunBy(touchedUnits(period, 'ONE_DAYS'), nowMs);
    const starts = startsOf(range);
    return this.database.readAtOnce(async (queries: Queries) => {
      await requireApiKey(queries, projectId, apiKeyId);
      const counted = await readApiKeyDays(queries, apiKeyId, range);
      const stages = await listStagesOfApiKey(queries, projectId, apiKeyId, [...counted.keys()]);
      const series = stages.map((stage) => {
        const days = counted.get(stage.id);
        return { stage, days: starts.map((startMs) => ({ startMs, callCount: days?.get(startMs) ?? 0 })) };
      });
      return { series, updatedAt: await findApiKeyUpdate(queries, apiKeyId) };
    });
  }

  /** The services of the project that come first over the last days. */
  async topServices(
    { projectId }: Tenant,
    lastDays: number,
    order: TopServiceOrder,
  ): Promise<{ services: ServiceCounts[] } & Updated> {
    const range = lastDaysOf(lastDays, Date.now());
    return this.database.readAtOnce(async (queries) => ({
      services: await sumTopServices(queries, projectId, range, order),
      updatedAt: await findProjectUpdate(queries, projectId),
    }));
  }
}
