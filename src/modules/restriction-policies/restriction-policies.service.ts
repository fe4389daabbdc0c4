import { Injectable } from '@nestjs/common';
import { Database, lockStagesOfService, type Queries } from '../../database/index.js';
import { pathError } from '../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import { requireService } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { CreateRestrictionPolicyRequest, ModifyRestrictionPolicyRequest } from './restriction-policies.dto.js';
import {
  countPolicies,
  deletePolicy,
  findPolicyUses,
  insertPolicy,
  listPolicies,
  type PolicyUse,
  type RestrictionPolicyRow,
  updatePolicy,
} from './restriction-policies.queries.js';
import { checkKeyName, restrictionLimits } from './restriction-policies.rules.js';
import { lockServiceOfPolicies, requirePolicy } from './policy-access.js';

/** Use cases of request restriction policies. */
@Injectable()
export class RestrictionPoliciesService {
  constructor(private readonly database: Database) {}

  /** @throws AppError SERVICE_NOT_FOUND */
  async list(tenant: Tenant, serviceId: string, page: PageQuery): Promise<Page<RestrictionPolicyRow>> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    const [rows, count] = await listPolicies(this.database.client, serviceId, page);
    return toPage(page, rows, count);
  }

  /** @throws AppError SERVICE_NOT_FOUND; INVALID_PARAMETER for an unknown policy */
  async get(tenant: Tenant, serviceId: string, policyId: string): Promise<RestrictionPolicyRow> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    return requirePolicy(this.database.client, serviceId, policyId);
  }

  /** @throws AppError SERVICE_NOT_FOUND, INVALID_INPUT, INVALID_HEADER_NAME; INVALID_PARAMETER for one too many */
  async create(
    tenant: Tenant,
    serviceId: string,
    request: CreateRestrictionPolicyRequest,
  ): Promise<RestrictionPolicyRow> {
    const { requestRestrictionKeyType: keyType, requestRestrictionKey: keyName } = request;
    checkKeyName(keyType, keyName);
    const { projectId } = tenant;
    const create = async (queries: Queries) => {
      await lockServiceOfPolicies(queries, projectId, serviceId);
      const most = restrictionLimits.policiesPerService;
      if ((await countPolicies(queries, serviceId)) >= most) {
        throw pathError('apigwServiceId', `the service has ${most} request restriction policies, which is the most`);
      }
      return insertPolicy(queries, { projectId, serviceId, keyType, keyName, ...contentOf(request) });
    };
    return this.database.transaction('create restriction policy', create, { turnOf: serviceId });
  }

  /** @throws AppError SERVICE_NOT_FOUND; INVALID_PARAMETER for an unknown policy */
  async modify(
    tenant: Tenant,
    serviceId: string,
    policyId: string,
    request: ModifyRestrictionPolicyRequest,
  ): Promise<RestrictionPolicyRow> {
    const modify = async (queries: Queries) => {
      await lockServiceOfPolicies(queries, tenant.projectId, serviceId);
      await requirePolicy(queries, serviceId, policyId);
      return updatePolicy(queries, policyId, contentOf(request));
    };
    return this.database.transaction('modify restriction policy', modify, { turnOf: serviceId });
  }

  /**
   * Deletes a policy with its key values, under the locks of all stages that could come to refer to it.
   * @throws AppError SERVICE_NOT_FOUND; INVALID_PARAMETER for an unknown policy and for one that a stage refers to
   */
  async delete(tenant: Tenant, serviceId: string, policyId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await lockServiceOfPolicies(queries, tenant.projectId, serviceId);
      await lockStagesOfService(queries, serviceId);
      await requirePolicy(queries, serviceId, policyId);
      const [use] = await findPolicyUses(queries, serviceId, policyId);
      if (use) throw pathError('requestRestrictionPolicyId', sentenceOf(use));
      await deletePolicy(queries, policyId);
    };
    await this.database.transaction('delete restriction policy', remove, { turnOf: serviceId });
  }
}

function contentOf(request: ModifyRestrictionPolicyRequest) {
  return {
    name: request.requestRestrictionPolicyName,
    defaultRequestsPerSecond: request.defaultRequestsPerSecond ?? null,
    tellsRemaining: request.remainingRequestsShown ?? false,
  };
}

function sentenceOf({ stageName, use }: PolicyUse): string {
  const stage = stageName === null ? 'the default stage' : `the stage ${stageName}`;
  return use === 'settings'
    ? `is set on ${stage}; take it away there first`
    : `is part of what is deployed to ${stage}; deploy the stage without it first`;
}
