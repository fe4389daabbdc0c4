import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../../database/index.js';
import { fieldError, pathError } from '../../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../../http/index.js';
import { requireService } from '../../services/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { lockServiceOfPolicies, requirePolicy } from '../policy-access.js';
import { restrictionLimits } from '../restriction-policies.rules.js';
import type { CreateKeyValueRequest, ModifyKeyValueRequest } from './key-values.dto.js';
import {
  countKeyValues,
  deleteKeyValue,
  findKeyValue,
  insertKeyValue,
  type KeyValueRow,
  listKeyValues,
  updateKeyValue,
} from './key-values.queries.js';

/** Names a policy by its service. */
export interface PolicyNames {
  readonly serviceId: string;
  readonly policyId: string;
}

/** Use cases of the key values of request restriction policies; an unknown policy or key value is INVALID_PARAMETER. */
@Injectable()
export class KeyValuesService {
  constructor(private readonly database: Database) {}

  /** @throws AppError SERVICE_NOT_FOUND, INVALID_PARAMETER */
  async list({ projectId }: Tenant, names: PolicyNames, page: PageQuery): Promise<Page<KeyValueRow>> {
    await requireService(this.database.client, projectId, names.serviceId);
    await requirePolicy(this.database.client, names.serviceId, names.policyId);
    const [rows, count] = await listKeyValues(this.database.client, names.policyId, page);
    return toPage(page, rows, count);
  }

  /** @throws AppError SERVICE_NOT_FOUND, INVALID_PARAMETER */
  async get({ projectId }: Tenant, names: PolicyNames, keyValueId: string): Promise<KeyValueRow> {
    const { client } = this.database;
    await requireService(client, projectId, names.serviceId);
    await requirePolicy(client, names.serviceId, names.policyId);
    return requireKeyValue(client, names.policyId, keyValueId);
  }

  /** @throws AppError SERVICE_NOT_FOUND, INVALID_PARAMETER (also for one too many), INVALID_INPUT */
  async create(tenant: Tenant, names: PolicyNames, request: CreateKeyValueRequest): Promise<KeyValueRow> {
    const content = contentOf(request);
    const { requestRestrictionKeyValue: value } = request;
    const create = async (queries: Queries) => {
      await lockPolicy(queries, tenant, names);
      const most = restrictionLimits.valuesPerPolicy;
      if ((await countKeyValues(queries, names.policyId)) >= most) {
        throw pathError('requestRestrictionPolicyId', `the policy has ${most} key values, which is the most`);
      }
      const row = await insertKeyValue(queries, { policyId: names.policyId, value, ...content });
      if (!row) throw fieldError('INVALID_INPUT', 'requestRestrictionKeyValue', 'the policy has this value already');
      return row;
    };
    return this.database.transaction('create key value', create, { turnOf: names.serviceId });
  }

  /** @throws AppError SERVICE_NOT_FOUND, INVALID_PARAMETER, INVALID_INPUT */
  async modify(
    tenant: Tenant,
    names: PolicyNames,
    keyValueId: string,
    request: ModifyKeyValueRequest,
  ): Promise<KeyValueRow> {
    const content = contentOf(request);
    const modify = async (queries: Queries) => {
      await lockPolicy(queries, tenant, names);
      await requireKeyValue(queries, names.policyId, keyValueId);
      return updateKeyValue(queries, keyValueId, content);
    };
    return this.database.transaction('modify key value', modify, { turnOf: names.serviceId });
  }

  /** @throws AppError SERVICE_NOT_FOUND, INVALID_PARAMETER */
  async delete(tenant: Tenant, names: PolicyNames, keyValueId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await lockPolicy(queries, tenant, names);
      await requireKeyValue(queries, names.policyId, keyValueId);
      await deleteKeyValue(queries, keyValueId);
    };
    await this.database.transaction('delete key value', remove, { turnOf: names.serviceId });
  }
}

async function lockPolicy(queries: Queries, tenant: Tenant, { serviceId, policyId }: PolicyNames): Promise<void> {
  await lockServiceOfPolicies(queries, tenant.projectId, serviceId);
  await requirePolicy(queries, serviceId, policyId);
}

async function requireKeyValue(queries: Queries, policyId: string, keyValueId: string): Promise<KeyValueRow> {
  const row = await findKeyValue(queries, policyId, keyValueId);
  if (row) return row;
  throw pathError('requestRestrictionKeyValueId', 'names no key value of this policy');
}

/** @throws AppError INVALID_INPUT for addresses without a word on what they are for */
function contentOf(request: ModifyKeyValueRequest) {
  const ipAclType = request.ipAccessControlType ?? null;
  const ipAclList = request.ipAccessControlList ?? [];
  if (ipAclList.length > 0 && ipAclType === null) {
    throw fieldError('INVALID_INPUT', 'ipAccessControlType', 'is required when addresses are listed');
  }
  return { requestsPerSecond: request.requestsPerSecond ?? null, ipAclType, ipAclList };
}
