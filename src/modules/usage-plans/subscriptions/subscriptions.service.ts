import { Injectable } from '@nestjs/common';
import { Database, lockApiKeys, type Queries, type TransactionOptions } from '../../../database/index.js';
import { AppError, type ErrorDetail, type ErrorKey, fieldError } from '../../../errors/index.js';
import { type Page, toPage } from '../../../http/index.js';
import { ApiKeysService, requireApiKey } from '../../api-keys/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { lockPlanStage, type PlanStage, requirePlanStage } from '../plan-access.js';
import { isConnected } from '../usage-plans.queries.js';
import type { ListKeySubscriptionsQuery, ListSubscriptionsQuery } from './subscriptions.dto.js';
import {
  deleteSubscriptions,
  findConnectedKeys,
  findSubscriptions,
  insertSubscriptions,
  listSubscribedStages,
  listSubscriptions,
  moveSubscription,
  requireSubscription,
  type SubscribedStageRow,
  type SubscriptionRow,
} from './subscriptions.queries.js';

/** Use cases of subscriptions: API keys that are connected to the stages of usage plans. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly database: Database,
    private readonly apiKeys: ApiKeysService,
  ) {}

  /** The stages that a key is connected to. @throws AppError API_KEY_NOT_FOUND */
  async listOfKey(
    tenant: Tenant,
    apiKeyId: string,
    query: ListKeySubscriptionsQuery,
  ): Promise<Page<SubscribedStageRow>> {
    const { client } = this.database;
    await requireApiKey(client, tenant.projectId, apiKeyId);
    const hostPart = (query.stageUrl ?? '').toLowerCase();
    const [rows, count] = await listSubscribedStages(client, apiKeyId, hostPart, query);
    return toPage(query, rows, count);
  }

  /** The keys that are connected to a stage of a plan. @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND */
  async list(place: PlanStage, query: ListSubscriptionsQuery): Promise<Page<SubscriptionRow>> {
    const { client } = this.database;
    await requirePlanStage(client, place);
    // Every subscription is approved: the status leaves all of them.
    const [rows, count] = await listSubscriptions(client, place, this.apiKeys.filterOf(query), query);
    return toPage(query, rows, count);
  }

  /** @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND, SUBSCRIPTION_NOT_FOUND */
  async get(place: PlanStage, subscriptionId: string): Promise<SubscriptionRow> {
    const { client } = this.database;
    await requirePlanStage(client, place);
    return requireSubscription(client, place, subscriptionId);
  }

  /**
   * Connects keys, all or none; gives the subscriptions in the order of the keys.
   * @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND, API_KEY_NOT_FOUND, API_KEY_ALREADY_CONNECTED,
   * API_KEY_CONNECT_FAILED
   */
  async connect(place: PlanStage, apiKeyIds: readonly string[]): Promise<SubscriptionRow[]> {
    const connect = async (queries: Queries) => {
      await lockPlanStage(queries, place);
      const existing = await lockApiKeys(queries, place.projectId, apiKeyIds);
      const missing = (id: string) => !existing.has(id);
      refuseEntries('API_KEY_NOT_FOUND', 'apiKeyIdList', apiKeyIds, missing, 'does not exist');
      const connected = await findConnectedKeys(queries, place.stageId, apiKeyIds);
      const isThere = (id: string) => connected.has(id);
      refuseEntries(
        'API_KEY_ALREADY_CONNECTED',
        'apiKeyIdList',
        apiKeyIds,
        isThere,
        'is connected to the stage already',
      );
      return insertSubscriptions(queries, place, apiKeyIds);
    };
    const unique = { subscription_stage_id_api_key_id_key: 'API_KEY_ALREADY_CONNECTED' } as const;
    const options = { unique, ...optionsFor(place, 'API_KEY_CONNECT_FAILED') };
    return this.database.transaction('connect API keys', connect, options);
  }

  /**
   * Disconnects keys, all or none.
   * @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND, SUBSCRIPTION_NOT_FOUND, API_KEY_DISCONNECT_FAILED
   */
  async disconnect(place: PlanStage, subscriptionIds: readonly string[]): Promise<void> {
    const disconnect = async (queries: Queries) => {
      await lockPlanStage(queries, place);
      const existing = await findSubscriptions(queries, place, subscriptionIds);
      const missing = (id: string) => !existing.has(id);
      refuseEntries('SUBSCRIPTION_NOT_FOUND', 'apiSubscriptionIdList', subscriptionIds, missing, 'does not exist');
      await deleteSubscriptions(queries, subscriptionIds);
    };
    const options = optionsFor(place, 'API_KEY_DISCONNECT_FAILED');
    await this.database.transaction('disconnect API keys', disconnect, options);
  }

  /**
   * Puts a subscription under another plan of its stage; it keeps its id.
   * @throws AppError USAGE_PLAN_NOT_FOUND, STAGE_NOT_FOUND, SUBSCRIPTION_NOT_FOUND, USAGE_PLAN_CHANGE_INVALID,
   * USAGE_PLAN_CHANGE_FAILED
   */
  async changePlan(place: PlanStage, subscriptionId: string, otherPlanId: string): Promise<void> {
    const change = async (queries: Queries) => {
      const plans = await lockPlanStage(queries, place, [otherPlanId]);
      await requireSubscription(queries, place, subscriptionId);
      const fault = (key: ErrorKey, message: string) => fieldError(key, 'changeUsagePlanId', message);
      if (!plans.has(otherPlanId)) throw fault('USAGE_PLAN_NOT_FOUND', 'does not exist');
      if (otherPlanId === place.usagePlanId) throw fault('USAGE_PLAN_CHANGE_INVALID', 'is the usage plan that it has');
      if (!(await isConnected(queries, otherPlanId, place.stageId))) {
        throw fault('USAGE_PLAN_CHANGE_INVALID', 'is not connected to the stage');
      }
      await moveSubscription(queries, subscriptionId, otherPlanId);
    };
    const options = optionsFor(place, 'USAGE_PLAN_CHANGE_FAILED');
    await this.database.transaction('change usage plan of API key', change, options);
  }
}

function optionsFor({ projectId }: PlanStage, otherwise: ErrorKey): TransactionOptions {
  return { otherwise, turnOf: projectId };
}

/** @throws AppError `key` that names every entry of a list of the body that is to be refused */
function refuseEntries(
  key: ErrorKey,
  field: string,
  ids: readonly string[],
  isRefused: (id: string) => boolean,
  message: string,
): void {
  const details = ids.flatMap((id, index): ErrorDetail[] =>
    isRefused(id) ? [{ property: 'body', field: `${field}[${index}]`, message }] : [],
  );
  if (details.length > 0) throw new AppError(key, details);
}
