import { Injectable } from '@nestjs/common';
import { mapSecrets } from '../../contract/plugins/secrets.js';
import { stagePluginTypes } from '../../contract/plugins/index.js';
import { Database, holdProject, lockService, nameFault, type Queries } from '../../database/index.js';
import { AppError, fieldError } from '../../errors/index.js';
import { type Page, type PageQuery, Settings, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { SecretBox } from '../../kernel/secret-box.js';
import { keepStage, keepStageResources } from '../recycle-bin/index.js';
import { notifyConfiguration } from '../routers/index.js';
import { requirePolicyOfPlugin } from '../restriction-policies/index.js';
import { requireService, type ServiceRow } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { CreateStageRequest, ModifyStageRequest, ModifyStageResourceRequest } from './stages.dto.js';
import { keepStageSettings } from './import.rules.js';
import { ReplacedStages } from './replaced-stages.js';
import {
  lockIdleStage,
  requireServiceResources,
  requireStage,
  requireStageResource,
  type StageOfService,
} from './stage-access.js';
import type { StageResourceSettings, StageSettings } from './stage-settings.js';
import {
  countStages,
  hasUsagePlan,
  isHostRegistered,
  isStageNameTaken,
  listStages,
  readStageSettings,
  replaceStageResources,
  settingsOf,
  type StageRow,
  updateStageResource,
  withDomains,
} from './stages.queries.js';
import { listResourcesWithOwnSettings } from './stage-resources.queries.js';
import { checkBackendUrl, checkStagePlugins, preApiHost, readOverride, stageHostName } from './stages.rules.js';

/** Use cases of stages. */
@Injectable()
export class StagesService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly box: SecretBox,
    private readonly replaced: ReplacedStages,
  ) {}

  /** @throws AppError SERVICE_NOT_FOUND */
  async list(tenant: Tenant, serviceId: string, page: PageQuery): Promise<Page<StageRow> & { regionCode: string }> {
    const found = await listStages(this.database.client, tenant.projectId, serviceId, page);
    if (!found) throw new AppError('SERVICE_NOT_FOUND');
    const { regionCode, stages, totalCount } = found;
    return { regionCode, ...toPage(page, stages, totalCount) };
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  get(tenant: Tenant, serviceId: string, stageId: string): Promise<StageOfService> {
    return requireStage(this.database.client, tenant.projectId, serviceId, stageId);
  }

  /** The settings of a stage as they are now. @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  async readSettings(tenant: Tenant, serviceId: string, stageId: string): Promise<StageSettings> {
    return this.database.readAtOnce(async (queries) => {
      const { stage } = await requireStage(queries, tenant.projectId, serviceId, stageId);
      return readStageSettings(queries, stage);
    });
  }

  /**
   * Creates a stage with a copy of the service's resources and registers its host name.
   * @throws AppError SERVICE_NOT_FOUND, BACKEND_URL_INVALID, STAGE_LIMIT_EXCEEDED, NO_METHOD_TO_STAGE,
   * STAGE_NAME_DUPLICATED, STAGE_HOST_NOT_REGISTERED
   */
  async create(tenant: Tenant, serviceId: string, request: CreateStageRequest): Promise<StageOfService> {
    checkBackendUrl(request.backendEndpointUrl, 'backendEndpointUrl', this.settings.isUpstreamPortAllowed);
    const stageName = request.stageName ? request.stageName : null;
    const create = async (queries: Queries) => {
      await lockService(queries, tenant.projectId, serviceId);
      const service = await requireService(queries, tenant.projectId, serviceId);
      if (await isStageNameTaken(queries, serviceId, stageName)) throw new AppError('STAGE_NAME_DUPLICATED');
      if ((await countStages(queries, serviceId)) >= this.settings.maxStages) {
        throw new AppError('STAGE_LIMIT_EXCEEDED');
      }
      const resources = await requireServiceResources(queries, serviceId);
      const stage = await queries.stage.create({
        data: {
          id: newId(),
          projectId: tenant.projectId,
          serviceId,
          name: stageName,
          description: request.stageDescription ?? '',
          backendEndpointUrl: request.backendEndpointUrl,
          resourceRevision: service.resourceRevision,
          resourceUpdatedAt: new Date(),
        },
        include: withDomains,
      });
      const copied = await replaceStageResources(queries, stage.id, resources);
      await this.registerHost(queries, service, stage);
      await this.replaced.tell(queries, { service, stage }, settingsOf(stage, copied));
      return { service, stage };
    };
    const unique = { stage_name_key: 'STAGE_NAME_DUPLICATED' } as const;
    return this.database.transaction('create stage', create, { turnOf: serviceId, unique });
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, BACKEND_URL_INVALID, STAGE_DEPLOYING, HOST_RECORD_NOT_FOUND */
  async modify(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    request: ModifyStageRequest,
  ): Promise<StageOfService> {
    checkBackendUrl(request.backendEndpointUrl, 'backendEndpointUrl', this.settings.isUpstreamPortAllowed);
    const modify = async (queries: Queries) => {
      const { service, stage } = await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      await this.requireHost(queries, service, stage);
      const { backendEndpointUrl, stageDescription } = request;
      const data = { backendEndpointUrl, description: stageDescription ?? '', updatedAt: new Date() };
      return { service, stage: await queries.stage.update({ where: { id: stageId }, data, include: withDomains }) };
    };
    return this.database.transaction('modify stage', modify, { turnOf: serviceId });
  }

  /**
   * Deletes a stage with its deployments; its host name is free again and the gateways stop serving it.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, STAGE_DEPLOYING, STAGE_HAS_USAGE_PLAN, STAGE_HOST_NOT_RELEASED
   */
  async delete(tenant: Tenant, serviceId: string, stageId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      if (await hasUsagePlan(queries, stageId)) throw new AppError('STAGE_HAS_USAGE_PLAN');
      await keepStage(queries, { projectId: tenant.projectId, serviceId, stageId });
      await queries.stageHost.deleteMany({ where: { stageId } }).catch((error: unknown) => {
        throw nameFault(error, { otherwise: 'STAGE_HOST_NOT_RELEASED' });
      });
      await queries.stage.delete({ where: { id: stageId } });
      await notifyConfiguration(queries);
    };
    await this.database.transaction('delete stage', remove, { turnOf: serviceId });
  }

  /**
   * Copies the service's resources to the stage again, keeping the stage's own settings where a resource still exists.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, STAGE_DEPLOYING, STAGE_RESOURCES_UP_TO_DATE, NO_METHOD_TO_STAGE
   */
  async importResources(tenant: Tenant, serviceId: string, stageId: string): Promise<StageSettings> {
    const replace = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      await lockService(queries, tenant.projectId, serviceId);
      const { service, stage } = await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      if (stage.resourceRevision === service.resourceRevision) throw new AppError('STAGE_RESOURCES_UP_TO_DATE');
      const resources = await requireServiceResources(queries, serviceId);
      const before = await listResourcesWithOwnSettings(queries, stageId);
      const names = { projectId: tenant.projectId, serviceId, stageId };
      await keepStageResources(queries, names, 'STAGE_RESOURCE_IMPORT', 'importStageResources');
      const kept = keepStageSettings(resources, before);
      const replaced = await replaceStageResources(queries, stageId, kept);
      const now = new Date();
      const updated = await queries.stage.update({
        where: { id: stageId },
        data: { resourceRevision: service.resourceRevision, resourceUpdatedAt: now, updatedAt: now },
      });
      const settings = settingsOf(updated, replaced);
      await this.replaced.tell(queries, { service, stage: { ...stage, ...updated } }, settings);
      return settings;
    };
    return this.database.transaction('import resources to stage', replace, { turnOf: serviceId });
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, STAGE_RESOURCE_NOT_FOUND */
  async getResource(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    stageResourceId: string,
  ): Promise<StageResourceSettings> {
    await requireStage(this.database.client, tenant.projectId, serviceId, stageId);
    return requireStageResource(this.database.client, stageId, stageResourceId);
  }

  /**
   * Replaces all stage plugins of a stage resource and sets or takes away its backend override.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, STAGE_RESOURCE_NOT_FOUND, STAGE_DEPLOYING, INVALID_INPUT,
   * STAGE_PLUGIN_POSITION_INVALID, PRE_API_URL_IS_STAGE_URL, BACKEND_OVERRIDE_NOT_ALLOWED, BACKEND_URL_INVALID,
   * INVALID_HEADER_NAME, PATH_VARIABLE_UNDECLARED, CONTEXT_VARIABLE_INVALID
   */
  async modifyResource(
    tenant: Tenant,
    serviceId: string,
    stageId: string,
    stageResourceId: string,
    request: ModifyStageResourceRequest,
  ): Promise<StageResourceSettings> {
    const modify = async (queries: Queries) => {
      await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      const resource = await requireStageResource(queries, stageId, stageResourceId);
      const customBackendEndpointUrl = readOverride(resource, request, this.settings.isUpstreamPortAllowed);
      const plugins = checkStagePlugins(resource, request.stageResourcePluginList);
      await requirePolicyOfPlugin(queries, serviceId, resource.path, plugins);
      const preApi = preApiHost(plugins);
      if (preApi && (await isHostRegistered(queries, preApi.hostName))) {
        throw fieldError(
          'PRE_API_URL_IS_STAGE_URL',
          preApi.field,
          `${preApi.hostName} is a stage of this installation`,
        );
      }
      await updateStageResource(queries, stageResourceId, {
        customBackendEndpointUrl,
        removedTypes: stagePluginTypes,
        plugins: plugins.map(({ pluginType, config }) => ({
          pluginType,
          config: mapSecrets(pluginType, config, (secret) => this.box.seal(secret)),
        })),
      });
      await queries.stage.update({ where: { id: stageId }, data: { updatedAt: new Date() } });
      return requireStageResource(queries, stageId, stageResourceId);
    };
    return this.database.transaction('modify stage resource', modify, { turnOf: serviceId });
  }

  private hostName(service: ServiceRow, stage: StageRow): string {
    const { regionCode, id: serviceId } = service;
    return stageHostName({ regionCode, serviceId, stageName: stage.name }, this.settings.stageDomain);
  }

  private async registerHost(queries: Queries, service: ServiceRow, stage: StageRow): Promise<void> {
    const data = { hostName: this.hostName(service, stage), stageId: stage.id };
    await queries.stageHost.create({ data }).catch((error: unknown) => {
      throw nameFault(error, { otherwise: 'STAGE_HOST_NOT_REGISTERED' });
    });
  }

  private async requireHost(queries: Queries, service: ServiceRow, stage: StageRow): Promise<void> {
    if (!(await isHostRegistered(queries, this.hostName(service, stage)))) throw new AppError('HOST_RECORD_NOT_FOUND');
  }
}
