import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { quotaPeriod } from '../../kernel/quota-period.js';
import { DiffService } from '../deployments/index.js';
import { requireService } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import {
  type CalledRoute,
  countConnections,
  type KeyNearQuota,
  listKeysNearQuota,
  listStageGateways,
  listTopRoutes,
  readStageOverviews,
  type StageGateway,
  type StageOverview,
} from './overview.queries.js';

/** Errors of a comparison whose sides cannot be read. */
const UNREADABLE: ReadonlySet<string> = new Set(['SNAPSHOT_UNREADABLE', 'SNAPSHOT_NOT_SERIALIZABLE']);
/** Share of a quota from which on a key is near it. */
const NEAR = 0.8;

/** What a console shows first of a stage. */
export interface StageHealth {
  readonly stage: StageOverview;
  /** Differences between the stage as it is set and what is live; null: one of them cannot be read. */
  readonly changeCount: number | null;
  readonly gateways: readonly StageGateway[];
  readonly keysNearQuota: readonly KeyNearQuota[];
}

/** What a console shows first of a service. */
export interface ServiceUsage {
  readonly stages: readonly StageOverview[];
  readonly stageCount: number;
  readonly usagePlanCount: number;
  readonly subscriptionCount: number;
  readonly topRoutes: readonly CalledRoute[];
  readonly keysNearQuota: readonly KeyNearQuota[];
}

/** Puts together what others know. The number of queries depends on nothing. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly database: Database,
    private readonly diffs: DiffService,
  ) {}

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  async stageHealth(tenant: Tenant, serviceId: string, stageId: string): Promise<StageHealth> {
    const changeCount = await this.countChanges(tenant, serviceId, stageId);
    const { client } = this.database;
    const [[stage], gateways, keysNearQuota] = await Promise.all([
      readStageOverviews(client, serviceId, stageId),
      listStageGateways(client, stageId),
      keysNear(client, [stageId]),
    ]);
    // Deleted since it was compared: the comparison says so.
    if (!stage) return this.stageHealth(tenant, serviceId, stageId);
    return { stage, changeCount, gateways, keysNearQuota };
  }

  /** What cannot be compared must not hide all that can be told. */
  private async countChanges(tenant: Tenant, serviceId: string, stageId: string): Promise<number | null> {
    try {
      return (await this.diffs.compareWithLive(tenant, serviceId, stageId)).changes.length;
    } catch (error) {
      if (error instanceof AppError && UNREADABLE.has(error.key)) return null;
      throw error;
    }
  }

  /** @throws AppError SERVICE_NOT_FOUND */
  async serviceUsage(tenant: Tenant, serviceId: string): Promise<ServiceUsage> {
    const { client } = this.database;
    await requireService(client, tenant.projectId, serviceId);
    const stages = await readStageOverviews(client, serviceId, null);
    const stageIds = stages.map(({ stageId }) => stageId);
    const [counts, topRoutes, keysNearQuota] = await Promise.all([
      countConnections(client, serviceId),
      listTopRoutes(client, stageIds),
      keysNear(client, stageIds),
    ]);
    return { ...counts, stages, topRoutes, keysNearQuota };
  }
}

function keysNear(queries: Queries, stageIds: readonly string[]): Promise<KeyNearQuota[]> {
  const nowMs = Date.now();
  const periods = { day: quotaPeriod('DAY', nowMs).id, month: quotaPeriod('MONTH', nowMs).id };
  return listKeysNearQuota(queries, stageIds, periods, NEAR);
}
