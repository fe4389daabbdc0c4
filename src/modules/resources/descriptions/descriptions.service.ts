import { Injectable } from '@nestjs/common';
import { Database, lockService, type Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { requireService } from '../../services/index.js';
import type { Tenant } from '../../tenancy/index.js';
import type { CreateParametersRequest, CreateResponsesRequest } from './descriptions.dto.js';
import { type DescribedResource, findDescribed, findModelIds, saveDescriptions } from './descriptions.queries.js';
import { modelPlaces, toParameters, toResponses } from './descriptions.rules.js';

/** Use cases of the request parameters and responses of methods. They reach a stage at its next deployment. */
@Injectable()
export class DescriptionsService {
  constructor(private readonly database: Database) {}

  /** @throws AppError SERVICE_NOT_FOUND and those of {@link requireMethod} */
  async get(tenant: Tenant, serviceId: string, resourceId: string): Promise<DescribedResource> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    return requireMethod(this.database.client, serviceId, resourceId);
  }

  /** Replaces the request parameters. @throws AppError those of {@link get} and toParameters, MODEL_NOT_FOUND */
  async replaceParameters(
    tenant: Tenant,
    serviceId: string,
    resourceId: string,
    request: CreateParametersRequest,
  ): Promise<void> {
    await this.replace(tenant, serviceId, resourceId, ({ responses }) => ({
      parameters: toParameters(request),
      responses,
    }));
  }

  /** Replaces the responses. @throws AppError those of {@link get} and toResponses, MODEL_NOT_FOUND */
  async replaceResponses(
    tenant: Tenant,
    serviceId: string,
    resourceId: string,
    request: CreateResponsesRequest,
  ): Promise<void> {
    await this.replace(tenant, serviceId, resourceId, ({ parameters }) => ({
      parameters,
      responses: toResponses(request),
    }));
  }

  private async replace(
    tenant: Tenant,
    serviceId: string,
    resourceId: string,
    change: (before: DescribedResource) => Pick<DescribedResource, 'parameters' | 'responses'>,
  ): Promise<void> {
    const replace = async (queries: Queries) => {
      if (!(await lockService(queries, tenant.projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      const after = change(await requireMethod(queries, serviceId, resourceId));
      const places = modelPlaces(after.parameters, after.responses);
      const modelIds = places.map(({ modelId }) => modelId);
      const known = await findModelIds(queries, serviceId, modelIds);
      const missing = places.filter(({ modelId }) => !known.has(modelId));
      if (missing.length > 0) {
        const details = missing.map(({ field }) => ({ property: 'body', field, message: 'names no model' }));
        throw new AppError('MODEL_NOT_FOUND', details);
      }
      await saveDescriptions(queries, resourceId, after, modelIds);
    };
    await this.database.transaction('replace descriptions', replace, { turnOf: serviceId });
  }
}

/** @throws AppError RESOURCE_NOT_FOUND, NOT_A_METHOD_FOR_PARAMETERS, CORS_METHOD_HAS_NO_PARAMETERS */
async function requireMethod(queries: Queries, serviceId: string, resourceId: string): Promise<DescribedResource> {
  const resource = await findDescribed(queries, serviceId, resourceId);
  if (!resource) throw new AppError('RESOURCE_NOT_FOUND');
  if (resource.methodType === null) throw new AppError('NOT_A_METHOD_FOR_PARAMETERS');
  if (resource.madeByCors) throw new AppError('CORS_METHOD_HAS_NO_PARAMETERS');
  return resource;
}
