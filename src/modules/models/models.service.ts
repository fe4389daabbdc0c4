import { Injectable } from '@nestjs/common';
import { modelSchemaFaults } from '../../contract/model-schema.js';
import {
  Database,
  type FaultNames,
  holdProject,
  lockService,
  type Prisma,
  type Queries,
} from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type Page, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { keepModel } from '../recycle-bin/index.js';
import { requireService } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { CreateModelRequest, ListModelsQuery, ModifyModelRequest } from './models.dto.js';
import { findModel, isModelReferenced, listModels, type ModelRow } from './models.queries.js';

const FAULTS: FaultNames = { unique: { model_service_id_name_key: 'MODEL_NAME_DUPLICATED' } };

/** Use cases of models. */
@Injectable()
export class ModelsService {
  constructor(private readonly database: Database) {}

  /** @throws AppError SERVICE_NOT_FOUND */
  async list(tenant: Tenant, serviceId: string, query: ListModelsQuery): Promise<Page<ModelRow>> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    const [rows, count] = await listModels(this.database.client, serviceId, query.modelName ?? '', query);
    return toPage(query, rows, count);
  }

  /** @throws AppError SERVICE_NOT_FOUND, MODEL_NOT_FOUND */
  async get(tenant: Tenant, serviceId: string, modelId: string): Promise<ModelRow> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    return requireModel(this.database.client, serviceId, modelId);
  }

  /** @throws AppError SERVICE_NOT_FOUND, MODEL_SCHEMA_INVALID, MODEL_NAME_DUPLICATED */
  async create(tenant: Tenant, serviceId: string, request: CreateModelRequest): Promise<ModelRow> {
    checkSchema(request.modelSchema);
    const { projectId } = tenant;
    const create = async (queries: Queries) => {
      await requireLocked(queries, tenant, serviceId);
      const data = { id: newId(), projectId, serviceId, name: request.modelName, ...contentOf(request) };
      return queries.model.create({ data });
    };
    return this.database.transaction('create model', create, { ...FAULTS, turnOf: serviceId });
  }

  /** Changes description and schema. @throws AppError SERVICE_NOT_FOUND, MODEL_NOT_FOUND, MODEL_SCHEMA_INVALID */
  async modify(tenant: Tenant, serviceId: string, modelId: string, request: ModifyModelRequest): Promise<ModelRow> {
    checkSchema(request.modelSchema);
    const modify = async (queries: Queries) => {
      await requireLocked(queries, tenant, serviceId);
      await requireModel(queries, serviceId, modelId);
      const data = { ...contentOf(request), updatedAt: new Date() };
      return queries.model.update({ where: { id: modelId }, data });
    };
    return this.database.transaction('modify model', modify, { turnOf: serviceId });
  }

  /** @throws AppError SERVICE_NOT_FOUND, MODEL_NOT_FOUND, MODEL_IN_USE */
  async delete(tenant: Tenant, serviceId: string, modelId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await holdProject(queries, tenant.projectId);
      await requireLocked(queries, tenant, serviceId);
      await requireModel(queries, serviceId, modelId);
      if (await isModelReferenced(queries, modelId)) throw new AppError('MODEL_IN_USE');
      await keepModel(queries, { projectId: tenant.projectId, serviceId }, modelId);
      await queries.model.delete({ where: { id: modelId } });
    };
    await this.database.transaction('delete model', remove, { turnOf: serviceId });
  }
}

async function requireLocked(queries: Queries, tenant: Tenant, serviceId: string): Promise<void> {
  if (!(await lockService(queries, tenant.projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
}

async function requireModel(queries: Queries, serviceId: string, modelId: string): Promise<ModelRow> {
  const row = await findModel(queries, serviceId, modelId);
  if (!row) throw new AppError('MODEL_NOT_FOUND');
  return row;
}

function contentOf({ modelDescription, modelSchema }: ModifyModelRequest) {
  return { description: modelDescription ?? '', schema: modelSchema as Prisma.InputJsonObject };
}

function checkSchema(schema: object): void {
  const details = modelSchemaFaults(schema).map(({ pointer, message }) => ({
    property: 'body',
    field: `modelSchema${pointer}`,
    message,
  }));
  if (details.length > 0) throw new AppError('MODEL_SCHEMA_INVALID', details);
}
