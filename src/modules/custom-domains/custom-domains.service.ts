import { Injectable } from '@nestjs/common';
import { Database, lockCustomDomain, lockProject, lockStage, type Queries } from '../../database/index.js';
import { AppError, fieldError, pathError } from '../../errors/index.js';
import { type Page, type PageQuery, Settings, toPage } from '../../http/index.js';
import { notifyConfiguration } from '../routers/index.js';
import { requireService } from '../services/index.js';
import { holdTenant, type Tenant } from '../tenancy/index.js';
import {
  connectHost,
  countCustomDomains,
  type CustomDomainRow,
  deleteCustomDomain,
  disconnectHost,
  findCustomDomain,
  insertCustomDomain,
  listCustomDomains,
} from './custom-domains.queries.js';
import { MAX_CUSTOM_DOMAINS, requestedHostName, type RequestedName } from './custom-domains.rules.js';

/** Names the connection of a custom domain to a stage. */
export interface ConnectionNames {
  readonly serviceId: string;
  readonly stageId: string;
  readonly customDomainId: string;
}

/** Use cases of custom domains. */
@Injectable()
export class CustomDomainsService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** A page of the project's custom domains, oldest first. */
  async list({ projectId }: Tenant, page: PageQuery): Promise<Page<CustomDomainRow>> {
    const [rows, count] = await listCustomDomains(this.database.client, projectId, page);
    return toPage(page, rows, count);
  }

  /** @throws AppError INVALID_PARAMETER when it does not exist */
  async get({ projectId }: Tenant, customDomainId: string): Promise<CustomDomainRow> {
    return requireCustomDomain(this.database.client, projectId, customDomainId);
  }

  /**
   * @throws AppError INVALID_APP_KEY, INVALID_INPUT (also for a name that is taken), INVALID_PARAMETER when the project
   * has the most
   */
  async create(tenant: Tenant, request: RequestedName): Promise<CustomDomainRow> {
    const { projectId, appKeyId } = tenant;
    const { field, hostName } = requestedHostName(request, this.settings);
    const create = async (queries: Queries) => {
      await lockProject(queries, projectId);
      await holdTenant(queries, tenant);
      if ((await countCustomDomains(queries, projectId)) >= MAX_CUSTOM_DOMAINS) {
        throw pathError('appKey', `the project has ${MAX_CUSTOM_DOMAINS} custom domains, which is the most`);
      }
      const id = await insertCustomDomain(queries, { projectId, appKeyId, hostName });
      if (id === null) throw fieldError('INVALID_INPUT', field, `${hostName} is taken`);
      return requireCustomDomain(queries, projectId, id);
    };
    return this.database.transaction('create custom domain', create, { turnOf: projectId });
  }

  /** @throws AppError INVALID_PARAMETER when it does not exist or is connected to a stage */
  async delete({ projectId }: Tenant, customDomainId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      const { host } = await lockAndRead(queries, projectId, customDomainId);
      if (host !== null) throw domainError('is connected to a stage; disconnect it first');
      await deleteCustomDomain(queries, customDomainId);
    };
    await this.database.transaction('delete custom domain', remove, { turnOf: projectId });
  }

  /**
   * Connects a custom domain to a stage: the gateways serve the stage under its name too, without a deployment.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, INVALID_PARAMETER for an unknown custom domain;
   * CUSTOM_DOMAIN_NOT_CONNECTED when it is connected already, or its name cannot be registered
   */
  async connect({ projectId }: Tenant, names: ConnectionNames): Promise<CustomDomainRow> {
    const connect = async (queries: Queries) => {
      const domain = await this.lockBoth(queries, projectId, names);
      if (domain.host !== null) {
        const message = `is connected to the stage ${domain.host.stageId} already`;
        throw new AppError('CUSTOM_DOMAIN_NOT_CONNECTED', [{ property: 'path', field: 'customDomainId', message }]);
      }
      await connectHost(queries, domain, names.stageId);
      await notifyConfiguration(queries);
      return requireCustomDomain(queries, projectId, domain.id);
    };
    const options = { otherwise: 'CUSTOM_DOMAIN_NOT_CONNECTED', turnOf: names.serviceId } as const;
    return this.database.transaction('connect custom domain', connect, options);
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, INVALID_PARAMETER when it is not connected to the stage */
  async disconnect({ projectId }: Tenant, names: ConnectionNames): Promise<CustomDomainRow> {
    const disconnect = async (queries: Queries) => {
      await this.lockBoth(queries, projectId, names);
      if (!(await disconnectHost(queries, names.customDomainId, names.stageId))) {
        throw domainError('is not connected to this stage');
      }
      await notifyConfiguration(queries);
      return requireCustomDomain(queries, projectId, names.customDomainId);
    };
    return this.database.transaction('disconnect custom domain', disconnect, { turnOf: names.serviceId });
  }

  /** A running deployment does not matter: host names are no part of what is deployed. */
  private async lockBoth(queries: Queries, projectId: string, names: ConnectionNames): Promise<CustomDomainRow> {
    await requireService(queries, projectId, names.serviceId);
    if (!(await lockStage(queries, names.serviceId, names.stageId))) throw new AppError('STAGE_NOT_FOUND');
    return lockAndRead(queries, projectId, names.customDomainId);
  }
}

async function lockAndRead(queries: Queries, projectId: string, customDomainId: string): Promise<CustomDomainRow> {
  await lockCustomDomain(queries, projectId, customDomainId);
  return requireCustomDomain(queries, projectId, customDomainId);
}

async function requireCustomDomain(queries: Queries, projectId: string, id: string): Promise<CustomDomainRow> {
  const row = await findCustomDomain(queries, projectId, id);
  if (!row) throw domainError('names no custom domain of this project');
  return row;
}

/** The table of errors has no codes for custom domains; the path parameter that names one is what is wrong. */
function domainError(message: string): AppError {
  return pathError('customDomainId', message);
}
