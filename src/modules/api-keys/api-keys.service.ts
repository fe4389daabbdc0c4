import { Injectable } from '@nestjs/common';
import {
  Database,
  databaseFault,
  type FaultNames,
  holdProject,
  lockApiKeys,
  nameFault,
  type Queries,
} from '../../database/index.js';
import { AppError, type ErrorDetail } from '../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { runInSlices, type Steps } from '../../kernel/steps.js';
import { keepApiKey } from '../recycle-bin/index.js';
import { requireStageOfProject } from '../stages/index.js';
import { holdTenant, type Tenant } from '../tenancy/index.js';
import { ApiKeyValues } from './api-key-values.js';
import type {
  CreateApiKeyRequest,
  FindApiKeysQuery,
  ListApiKeysQuery,
  ModifyApiKeyRequest,
  RegenerateApiKeyRequest,
} from './api-keys.dto.js';
import {
  type ApiKeyFilter,
  type ApiKeyRow,
  deleteApiKey,
  deleteApiKeyValues,
  findTakenHashes,
  insertApiKeys,
  isSubscribed,
  listApiKeys,
  type NewApiKey,
  requireApiKey,
  updateApiKey,
  updateApiKeyValue,
} from './api-keys.queries.js';

const FAULTS: FaultNames = { unique: { api_key_value_pkey: 'API_KEY_DUPLICATED' } };

/** Use cases of API keys. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly database: Database,
    private readonly values: ApiKeyValues,
  ) {}

  async list(tenant: Tenant, query: ListApiKeysQuery): Promise<Page<ApiKeyRow>> {
    const filter = { ...this.filterOf(query), status: query.apiKeyStatus };
    const [rows, count] = await listApiKeys(this.database.client, tenant.projectId, filter, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError API_KEY_NOT_FOUND */
  async get(tenant: Tenant, apiKeyId: string): Promise<ApiKeyRow> {
    return requireApiKey(this.database.client, tenant.projectId, apiKeyId);
  }

  /** The keys of the project that no usage plan connects to the stage. @throws AppError STAGE_NOT_FOUND */
  async listConnectable(tenant: Tenant, stageId: string, query: ListApiKeysQuery): Promise<Page<ApiKeyRow>> {
    const { client } = this.database;
    await requireStageOfProject(client, tenant.projectId, stageId);
    const filter = { ...this.filterOf(query), status: query.apiKeyStatus, connectableStageId: stageId };
    const [rows, count] = await listApiKeys(client, tenant.projectId, filter, query);
    return toPage(query, rows, count);
  }

  /** Which keys a query asks for. */
  filterOf({ apiKey, apiKeyId, apiKeyName }: Omit<FindApiKeysQuery, keyof PageQuery>): ApiKeyFilter {
    return { hash: apiKey ? this.values.hashOf(apiKey) : undefined, id: apiKeyId, namePrefix: apiKeyName };
  }

  /** @throws AppError INVALID_APP_KEY, API_KEY_DUPLICATED */
  async create(tenant: Tenant, request: CreateApiKeyRequest): Promise<ApiKeyRow> {
    const id = newId();
    const read = (queries: Queries) => requireApiKey(queries, tenant.projectId, id);
    return this.insertAndRead(tenant, [{ id, request, place: '' }], read);
  }

  /**
   * Creates keys, all or none. Made at one time, they are listed by id.
   * @throws AppError INVALID_APP_KEY; API_KEY_DUPLICATED, naming every value that is taken or stands twice
   */
  async insert(tenant: Tenant, keys: readonly RequestedKey[]): Promise<void> {
    await this.insertAndRead(tenant, keys, () => Promise.resolve());
  }

  /** {@link insert}, and what `read` gives of them: later, somebody may have deleted them. */
  private async insertAndRead<T>(
    tenant: Tenant,
    keys: readonly RequestedKey[],
    read: (queries: Queries) => Promise<T>,
  ): Promise<T> {
    const given = await runInSlices(this.givenValues(keys));
    const twice = faultsOfTwice(given);
    if (twice.length > 0) throw new AppError('API_KEY_DUPLICATED', twice);
    const rows = await runInSlices(this.toRows(keys));
    const create = async (queries: Queries) => {
      await holdTenant(queries, tenant);
      await insertApiKeys(queries, tenant, rows);
      return read(queries);
    };
    try {
      return await this.database.transaction('create API keys', create, { ...FAULTS, turnOf: tenant.projectId });
    } catch (error) {
      if (!isKey(error, 'API_KEY_DUPLICATED')) throw error;
      const taken = await findTakenHashes(
        this.database.client,
        given.map(({ hash }) => hash),
      );
      const details = given.flatMap(({ hash, field }) => (taken.has(hash) ? [inUse(field)] : []));
      throw new AppError('API_KEY_DUPLICATED', details, { cause: error });
    }
  }

  /** Changes name, description and status. @throws AppError API_KEY_NOT_FOUND */
  async modify(tenant: Tenant, apiKeyId: string, request: ModifyApiKeyRequest): Promise<ApiKeyRow> {
    const modify = async (queries: Queries) => {
      await requireLocked(queries, tenant, apiKeyId);
      return updateApiKey(queries, apiKeyId, contentOf(request));
    };
    return this.database.transaction('modify API key', modify, { turnOf: tenant.projectId });
  }

  /** @throws AppError API_KEY_NOT_FOUND, API_KEY_IN_USE, API_KEY_DELETE_INCOMPLETE, API_KEY_DELETE_FAILED */
  async delete(tenant: Tenant, apiKeyId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      await requireLocked(queries, tenant, apiKeyId);
      if (await isSubscribed(queries, apiKeyId)) throw new AppError('API_KEY_IN_USE');
      await keepApiKey(queries, tenant.projectId, apiKeyId);
      await deleteApiKeyValues(queries, apiKeyId).catch((error: unknown) => {
        throw nameFault(error, { otherwise: 'API_KEY_DELETE_INCOMPLETE' });
      });
      await deleteApiKey(queries, apiKeyId);
    };
    const otherwise = 'API_KEY_DELETE_FAILED';
    await this.database.transaction('delete API key', remove, { otherwise, turnOf: tenant.projectId });
  }

  /** Replaces one of the two values; the old one stays when it fails. @throws AppError API_KEY_NOT_FOUND, API_KEY_REGENERATE_FAILED */
  async regenerate(tenant: Tenant, apiKeyId: string, request: RegenerateApiKeyRequest): Promise<ApiKeyRow> {
    const value = this.values.store(request.apiKeyValue ?? undefined);
    const replace = async (queries: Queries) => {
      await requireLocked(queries, tenant, apiKeyId);
      await updateApiKeyValue(queries, apiKeyId, request.apiKeyType, value);
      return updateApiKey(queries, apiKeyId, {});
    };
    const otherwise = 'API_KEY_REGENERATE_FAILED';
    try {
      return await this.database.transaction('regenerate API key', replace, { otherwise, turnOf: tenant.projectId });
    } catch (error) {
      const isTaken = isKey(error, otherwise) && databaseFault(error.cause)?.kind === 'unique';
      throw isTaken ? new AppError(otherwise, [inUse('apiKeyValue')], { cause: error }) : error;
    }
  }

  private *toRows(keys: readonly RequestedKey[]): Steps<NewApiKey[]> {
    const rows: NewApiKey[] = [];
    for (const { id, request } of keys) {
      const PRIMARY = this.values.store(request.primaryApiKey ?? undefined);
      const SECONDARY = this.values.store(request.secondaryApiKey ?? undefined);
      rows.push({ id, ...contentOf(request), values: { PRIMARY, SECONDARY } });
      yield;
    }
    return rows;
  }

  private *givenValues(keys: readonly RequestedKey[]): Steps<GivenValue[]> {
    const given: GivenValue[] = [];
    for (const { request, place } of keys) {
      for (const name of ['primaryApiKey', 'secondaryApiKey'] as const) {
        const value = request[name];
        if (value) given.push({ hash: this.values.hashOf(value), field: `${place}${name}` });
      }
      yield;
    }
    return given;
  }
}

/** A key that is to be made under an id. `place` is put before the names of fields in the errorList. */
export interface RequestedKey {
  readonly id: string;
  readonly request: CreateApiKeyRequest;
  readonly place: string;
}

interface GivenValue {
  readonly hash: string;
  readonly field: string;
}

/** A fault for every value that stands before in the same request. */
function faultsOfTwice(given: readonly GivenValue[]): ErrorDetail[] {
  const first = new Map<string, string>();
  return given.flatMap(({ hash, field }) => {
    const earlier = first.get(hash);
    if (earlier === undefined) first.set(hash, field);
    return earlier === undefined ? [] : [{ property: 'body', field, message: `is the same value as ${earlier}` }];
  });
}

function inUse(field: string): ErrorDetail {
  return { property: 'body', field, message: 'is in use' };
}

function isKey(error: unknown, key: AppError['key']): error is AppError {
  return error instanceof AppError && error.key === key;
}

async function requireLocked(queries: Queries, tenant: Tenant, apiKeyId: string): Promise<void> {
  const locked = await lockApiKeys(queries, tenant.projectId, [apiKeyId]);
  if (!locked.has(apiKeyId)) throw new AppError('API_KEY_NOT_FOUND');
}

function contentOf({ apiKeyName, apiKeyDescription, apiKeyStatus }: ModifyApiKeyRequest) {
  return { name: apiKeyName, description: apiKeyDescription ?? '', status: apiKeyStatus };
}
