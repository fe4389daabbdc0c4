import { Injectable } from '@nestjs/common';
import {
  Database,
  holdProject,
  lockProject,
  lockService,
  lockStagesOfService,
  type Queries,
} from '../../database/index.js';
import { AppError, fieldError } from '../../errors/index.js';
import { type Page, Settings, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { holdTenant, type Tenant } from '../tenancy/index.js';
import { keepService } from '../recycle-bin/index.js';
import { notifyConfiguration } from '../routers/index.js';
import type { CreateServiceRequest, ListServicesQuery, ModifyServiceRequest } from './services.dto.js';
import {
  countServices,
  deleteService,
  findServerGroupId,
  hasUsagePlan,
  insertService,
  isServiceDeploying,
  listServices,
  requireService,
  type ServiceRow,
  updateService,
} from './services.queries.js';

/** Use cases of services. */
@Injectable()
export class ServicesService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @throws AppError INVALID_PARAMETER for a region that this installation does not have. */
  async list(tenant: Tenant, query: ListServicesQuery): Promise<Page<ServiceRow>> {
    if (query.regionCode !== undefined && !this.settings.regions.includes(query.regionCode)) {
      const message = `must be one of ${this.settings.regions.join(', ')}`;
      throw new AppError('INVALID_PARAMETER', [{ property: 'query', field: 'regionCode', message }]);
    }
    const [rows, count] = await listServices(this.database.client, tenant.projectId, query.regionCode, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError SERVICE_NOT_FOUND */
  async get(tenant: Tenant, serviceId: string): Promise<ServiceRow> {
    return requireService(this.database.client, tenant.projectId, serviceId);
  }

  /**
   * Creates a service with its root path.
   * @throws AppError INVALID_APP_KEY, SERVICE_LIMIT_EXCEEDED, SERVER_GROUP_NOT_FOUND, INVALID_INPUT
   */
  async create(tenant: Tenant, request: CreateServiceRequest): Promise<ServiceRow> {
    if (!this.settings.regions.includes(request.regionCode)) {
      throw fieldError('INVALID_INPUT', 'regionCode', `must be one of ${this.settings.regions.join(', ')}`);
    }
    const create = async (queries: Queries) => {
      await lockProject(queries, tenant.projectId);
      await holdTenant(queries, tenant);
      if ((await countServices(queries, tenant.projectId)) >= this.settings.maxServices) {
        throw new AppError('SERVICE_LIMIT_EXCEEDED');
      }
      const serverGroupId = await findServerGroupId(queries, request.regionCode);
      if (serverGroupId === null) throw new AppError('SERVER_GROUP_NOT_FOUND');
      return insertWithRoot(queries, tenant, request, serverGroupId);
    };
    return this.database.transaction('create service', create, { turnOf: tenant.projectId });
  }

  /** @throws AppError SERVICE_NOT_FOUND */
  async modify(tenant: Tenant, serviceId: string, request: ModifyServiceRequest): Promise<ServiceRow> {
    const modify = async (queries: Queries) => {
      if (!(await lockService(queries, tenant.projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      const description = request.apigwServiceDescription ?? '';
      return updateService(queries, serviceId, { name: request.apigwServiceName, description });
    };
    return this.database.transaction('modify service', modify, { turnOf: serviceId });
  }

  /**
   * Deletes a service and all that belongs to it.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_DEPLOYING, STAGE_HAS_USAGE_PLAN
   */
  async delete(tenant: Tenant, serviceId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      if (!(await lockService(queries, tenant.projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      await lockStagesOfService(queries, serviceId);
      if (await isServiceDeploying(queries, serviceId)) throw new AppError('STAGE_DEPLOYING');
      if (await hasUsagePlan(queries, serviceId)) throw new AppError('STAGE_HAS_USAGE_PLAN');
      await keepService(queries, { projectId: tenant.projectId, serviceId });
      await deleteService(queries, serviceId);
      await notifyConfiguration(queries);
    };
    await this.database.transaction('delete service', remove, { turnOf: serviceId });
  }
}

function insertWithRoot(
  queries: Queries,
  { projectId, appKeyId }: Tenant,
  request: CreateServiceRequest,
  serverGroupId: string,
): Promise<ServiceRow> {
  return insertService(queries, {
    id: newId(),
    rootResourceId: newId(),
    projectId,
    appKeyId,
    serverGroupId,
    regionCode: request.regionCode,
    name: request.apigwServiceName,
    description: request.apigwServiceDescription ?? '',
  });
}
