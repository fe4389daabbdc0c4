import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../../database/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { lockIdleStage, requireStage } from '../stage-access.js';

/** Use cases of the access log's setting: part of the stage's settings, which deployments keep and rollbacks restore. */
@Injectable()
export class AccessLogService {
  constructor(private readonly database: Database) {}

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
  async isOn(tenant: Tenant, serviceId: string, stageId: string): Promise<boolean> {
    const { stage } = await requireStage(this.database.client, tenant.projectId, serviceId, stageId);
    return stage.isAccessLogOn;
  }

  /** @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, STAGE_DEPLOYING */
  async turn(tenant: Tenant, serviceId: string, stageId: string, isAccessLogOn: boolean): Promise<boolean> {
    const modify = async (queries: Queries) => {
      await lockIdleStage(queries, tenant.projectId, serviceId, stageId);
      const data = { isAccessLogOn, updatedAt: new Date() };
      return queries.stage.update({ where: { id: stageId }, data });
    };
    const stage = await this.database.transaction('modify access log', modify, { turnOf: serviceId });
    return stage.isAccessLogOn;
  }
}
