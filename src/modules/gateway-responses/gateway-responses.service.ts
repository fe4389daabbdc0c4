import { Injectable } from '@nestjs/common';
import { gatewayResponse, type GatewayResponseSettings } from '../../contract/gateway-responses.js';
import { checkSettings } from '../../contract/plugins/check.js';
import { Database, lockService, type Queries } from '../../database/index.js';
import { AppError, pathError } from '../../errors/index.js';
import { requireService } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { RedefineGatewayResponseRequest } from './gateway-responses.dto.js';
import {
  deleteGatewayResponse,
  findGatewayResponse,
  type GatewayResponseRow,
  listGatewayResponses,
  upsertGatewayResponse,
} from './gateway-responses.queries.js';

/** No path stands behind a gateway response, so that it can use no path variable. */
const NO_PATH = '/';

/** Use cases of gateway responses. They reach the gateways with the next deployment of a stage. */
@Injectable()
export class GatewayResponsesService {
  constructor(private readonly database: Database) {}

  /** @throws AppError SERVICE_NOT_FOUND */
  async list(tenant: Tenant, serviceId: string): Promise<GatewayResponseRow[]> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    return listGatewayResponses(this.database.client, serviceId);
  }

  /** @throws AppError SERVICE_NOT_FOUND; INVALID_PARAMETER for an unknown id */
  async get(tenant: Tenant, serviceId: string, gatewayResponseId: string): Promise<GatewayResponseRow> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    const row = await findGatewayResponse(this.database.client, serviceId, gatewayResponseId);
    if (!row) throw unknownResponse();
    return row;
  }

  /**
   * Redefines the response of a type.
   * @throws AppError SERVICE_NOT_FOUND, INVALID_INPUT, INVALID_HEADER_NAME, CONTENT_TYPE_INVALID,
   * CONTEXT_VARIABLE_INVALID, PATH_VARIABLE_UNDECLARED
   */
  async redefine(
    tenant: Tenant,
    serviceId: string,
    request: RedefineGatewayResponseRequest,
  ): Promise<GatewayResponseRow> {
    const settings = readSettings(request);
    const { projectId } = tenant;
    const redefine = async (queries: Queries) => {
      if (!(await lockService(queries, projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      return upsertGatewayResponse(queries, { projectId, serviceId }, settings);
    };
    return this.database.transaction('redefine gateway response', redefine, { turnOf: serviceId });
  }

  /** Goes back to the default response. @throws AppError SERVICE_NOT_FOUND; INVALID_PARAMETER for an unknown id */
  async reset(tenant: Tenant, serviceId: string, gatewayResponseId: string): Promise<void> {
    const reset = async (queries: Queries) => {
      if (!(await lockService(queries, tenant.projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      if (!(await deleteGatewayResponse(queries, serviceId, gatewayResponseId))) throw unknownResponse();
    };
    await this.database.transaction('reset gateway response', reset, { turnOf: serviceId });
  }
}

function unknownResponse(): AppError {
  return pathError('gatewayResponseId', 'names no gateway response of the service');
}

function readSettings(request: RedefineGatewayResponseRequest): GatewayResponseSettings {
  const { settings, faults } = checkSettings(gatewayResponse, { ...request }, NO_PATH, 'INVALID_INPUT');
  if (settings) return settings as GatewayResponseSettings;
  const key = faults[0]?.key ?? 'INVALID_INPUT';
  const details = faults.filter((fault) => fault.key === key);
  throw new AppError(
    key,
    details.map(({ field, message }) => ({ property: 'body', field, message })),
  );
}
