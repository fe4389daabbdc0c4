import { Injectable } from '@nestjs/common';
import { Database, holdProject, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { keepUsagePlan } from '../recycle-bin/index.js';
import { requireStageOfProject } from '../stages/index.js';
import { holdTenant, type Tenant } from '../tenancy/index.js';
import { lockPlanAndStage, lockPlanStage, lockUsagePlan, requirePlanStage } from './plan-access.js';
import type { UsagePlanRequest } from './usage-plans.dto.js';
import {
  deletePlanStage,
  deleteUsagePlan,
  hasStages,
  hasSubscriptions,
  insertPlanStage,
  insertUsagePlan,
  isConnected,
  listPlanStages,
  listUsagePlans,
  type PlanStageRow,
  requireUsagePlan,
  updateUsagePlan,
  type UsagePlanContent,
  type UsagePlanRow,
  requireStageOfPlan,
} from './usage-plans.queries.js';
import { checkQuota } from './usage-plans.rules.js';

/** Use cases of usage plans and of their stages. */
@Injectable()
export class UsagePlansService {
  constructor(private readonly database: Database) {}

  async list(tenant: Tenant, page: PageQuery): Promise<Page<UsagePlanRow>> {
    const [rows, count] = await listUsagePlans(this.database.client, tenant.projectId, page);
    return toPage(page, rows, count);
  }

  /** The usage plans that a stage is connected to. @throws AppError STAGE_NOT_FOUND */
  async listOfStage(tenant: Tenant, stageId: string, page: PageQuery): Promise<Page<UsagePlanRow>> {
    await requireStageOfProject(this.database.client, tenant.projectId, stageId);
    const [rows, count] = await listUsagePlans(this.database.client, tenant.projectId, page, stageId);
    return toPage(page, rows, count);
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND */
  async get(tenant: Tenant, usagePlanId: string): Promise<UsagePlanRow> {
    return requireUsagePlan(this.database.client, tenant.projectId, usagePlanId);
  }

  /** @throws AppError INVALID_APP_KEY; INVALID_INPUT for a quota without a period, or the other way round */
  async create(tenant: Tenant, request: UsagePlanRequest): Promise<UsagePlanRow> {
    checkQuota(request);
    const { projectId, appKeyId } = tenant;
    const create = async (queries: Queries) => {
      await holdTenant(queries, tenant);
      return insertUsagePlan(queries, { id: newId(), projectId, appKeyId, ...contentOf(request) });
    };
    return this.database.transaction('create usage plan', create, { turnOf: projectId });
  }

  /** Replaces all that a plan says. @throws AppError USAGE_PLAN_NOT_FOUND, INVALID_INPUT */
  async modify(tenant: Tenant, usagePlanId: string, request: UsagePlanRequest): Promise<UsagePlanRow> {
    checkQuota(request);
    const modify = async (queries: Queries) => {
      await lockUsagePlan(queries, tenant.projectId, usagePlanId);
      return updateUsagePlan(queries, usagePlanId, contentOf(request));
    };
    return this.database.transaction('modify usage plan', modify, { turnOf: tenant.projectId });
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND, USAGE_PLAN_HAS_STAGES, USAGE_PLAN_DELETE_FAILED */
  async delete(tenant: Tenant, usagePlanId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      await lockUsagePlan(queries, tenant.projectId, usagePlanId);
      if (await hasStages(queries, usagePlanId)) throw new AppError('USAGE_PLAN_HAS_STAGES');
      await keepUsagePlan(queries, tenant.projectId, usagePlanId);
      await deleteUsagePlan(queries, usagePlanId);
    };
    const otherwise = 'USAGE_PLAN_DELETE_FAILED';
    await this.database.transaction('delete usage plan', remove, { otherwise, turnOf: tenant.projectId });
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND; STAGE_NOT_FOUND, also when the stage is not connected to the plan */
  async getStage({ projectId }: Tenant, usagePlanId: string, stageId: string): Promise<PlanStageRow> {
    await requirePlanStage(this.database.client, { projectId, usagePlanId, stageId });
    return requireStageOfPlan(this.database.client, usagePlanId, stageId);
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND */
  async listStages(tenant: Tenant, usagePlanId: string, page: PageQuery): Promise<Page<PlanStageRow>> {
    await requireUsagePlan(this.database.client, tenant.projectId, usagePlanId);
    const [rows, count] = await listPlanStages(this.database.client, usagePlanId, page);
    return toPage(page, rows, count);
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND, STAGE_ALREADY_CONNECTED */
  async connectStage({ projectId }: Tenant, usagePlanId: string, stageId: string): Promise<void> {
    const connect = async (queries: Queries) => {
      await lockPlanAndStage(queries, { projectId, usagePlanId, stageId });
      if (await isConnected(queries, usagePlanId, stageId)) throw new AppError('STAGE_ALREADY_CONNECTED');
      await insertPlanStage(queries, usagePlanId, stageId);
    };
    const unique = { usage_plan_stage_pkey: 'STAGE_ALREADY_CONNECTED' } as const;
    await this.database.transaction('connect stage to usage plan', connect, { unique, turnOf: projectId });
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND (also when it is not connected), STAGE_HAS_API_KEYS */
  async disconnectStage({ projectId }: Tenant, usagePlanId: string, stageId: string): Promise<void> {
    const disconnect = async (queries: Queries) => {
      await lockPlanStage(queries, { projectId, usagePlanId, stageId });
      if (await hasSubscriptions(queries, usagePlanId, stageId)) throw new AppError('STAGE_HAS_API_KEYS');
      await deletePlanStage(queries, usagePlanId, stageId);
    };
    await this.database.transaction('disconnect stage from usage plan', disconnect, { turnOf: projectId });
  }
}

function contentOf(request: UsagePlanRequest): UsagePlanContent {
  return {
    name: request.usagePlanName,
    description: request.usagePlanDescription ?? '',
    requestsPerSecond: request.rateLimitRequestPerSecond ?? null,
    quotaPeriodUnit: request.quotaLimitPeriodUnitCode ?? null,
    quotaLimit: request.quotaLimit ?? null,
  };
}
