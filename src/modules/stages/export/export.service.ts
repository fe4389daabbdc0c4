import { Injectable } from '@nestjs/common';
import { Database } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { Settings } from '../../../http/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { requireStage } from '../stage-access.js';
import { isHostRegistered, readStageSettings } from '../stages.queries.js';
import { stageHostName, titleOfStage } from '../stages.rules.js';
import { readMethodDescriptions, readModels } from './export.queries.js';
import { toExportedStage } from './to-exported-stage.js';
import { type SwaggerDocument, writeSwagger } from './write-swagger.js';

/** Writes stages as Swagger documents. */
@Injectable()
export class ExportService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * The Swagger document of the stage as it is set now, deployed or not.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, HOST_RECORD_NOT_FOUND
   */
  async export(tenant: Tenant, serviceId: string, stageId: string): Promise<SwaggerDocument> {
    return this.database.readAtOnce(async (queries) => {
      const { service, stage } = await requireStage(queries, tenant.projectId, serviceId, stageId);
      const names = { regionCode: service.regionCode, serviceId, stageName: stage.name };
      const host = stageHostName(names, this.settings.stageDomain);
      if (!(await isHostRegistered(queries, host))) throw new AppError('HOST_RECORD_NOT_FOUND');
      const [{ resources }, descriptions, models] = await Promise.all([
        readStageSettings(queries, stage),
        readMethodDescriptions(queries, serviceId),
        readModels(queries, serviceId),
      ]);
      const title = titleOfStage(stage.name);
      const version = stage.updatedAt.toISOString();
      return writeSwagger(toExportedStage({ title, version, host, resources, descriptions, models }));
    });
  }
}
