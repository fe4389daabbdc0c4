import { Injectable } from '@nestjs/common';
import { Database, lockStage, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';
import { BuiltTexts } from '../../kernel/built-texts.js';
import { newId } from '../../kernel/ids.js';
import { findBodies, readDeployment } from '../deployments/index.js';
import { requireService } from '../services/index.js';
import {
  requireStage,
  stageHostName,
  type SwaggerDocument,
  type SwaggerForm,
  titleOfStage,
  toExportedStage,
  writeSwagger,
} from '../stages/index.js';
import type { Tenant } from '../tenancy/index.js';
import {
  type DocumentedStage,
  findPublication,
  findPublicStage,
  type PublicationRow,
  savePublication,
} from './documents.queries.js';
import {
  browserAddress,
  checkDocumentable,
  type PublishType,
  type StageAddress,
  withoutDetails,
} from './documents.rules.js';

/** How much of public documents is kept in memory. */
const MAX_PUBLIC_CHARACTERS = 32 * 1024 * 1024;

/** Use cases of API documents: what is live, written as Swagger. */
@Injectable()
export class DocumentsService {
  /** By deployment, which never changes: strangers must not make this process build a document time after time. */
  private readonly publicTexts = new BuiltTexts(MAX_PUBLIC_CHARACTERS);

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /**
   * The API document of what is live on a stage.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DOCUMENT_NOT_FOUND, DOCUMENT_PLUGIN_FAILED, SNAPSHOT_UNREADABLE
   */
  async document(tenant: Tenant, serviceId: string, stageId: string): Promise<SwaggerDocument> {
    return this.database.readAtOnce(async (queries) => {
      const { service, stage } = await requireStage(queries, tenant.projectId, serviceId, stageId);
      return this.write(queries, { ...stage, service }, 'API_DOCUMENT');
    });
  }

  /**
   * The API document that is public under a link, as JSON, with the address that browsers find the stage at and
   * without what only the gateway understands.
   * @throws AppError DOCUMENT_NOT_FOUND, DOCUMENT_PLUGIN_FAILED, SNAPSHOT_UNREADABLE, none with details
   */
  async publicDocument(linkId: string): Promise<string> {
    const stage = await findPublicStage(this.database.client, linkId);
    if (!stage?.liveDeploymentId) throw new AppError('DOCUMENT_NOT_FOUND');
    const build = async () => {
      const document = await this.database.readAtOnce((queries) => this.write(queries, stage, 'PUBLIC_DOCUMENT'));
      return JSON.stringify({ ...document, ...this.addressOf(stage) });
    };
    try {
      return await this.publicTexts.get(stage.liveDeploymentId, build);
    } catch (error) {
      throw withoutDetails(error);
    }
  }

  /** What the page of a public document is called, and the address that it speaks of; null when there is none. */
  async publicPage(linkId: string): Promise<{ title: string; address: StageAddress } | null> {
    const stage = await findPublicStage(this.database.client, linkId);
    if (!stage) return null;
    return { title: `${stage.service.name} - ${titleOfStage(stage.name)}`, address: this.addressOf(stage) };
  }

  /** @throws AppError SERVICE_NOT_FOUND, DOCUMENT_STAGE_NOT_FOUND */
  async publication(tenant: Tenant, serviceId: string, stageId: string): Promise<PublicationRow> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    const found = await findPublication(this.database.client, serviceId, stageId);
    if (!found) throw new AppError('DOCUMENT_STAGE_NOT_FOUND');
    return found;
  }

  /**
   * Publishes a document or withdraws it. No setting of the stage: allowed while it is being deployed.
   * @throws AppError SERVICE_NOT_FOUND, DOCUMENT_STAGE_NOT_FOUND
   */
  async publish(tenant: Tenant, serviceId: string, stageId: string, publishType: PublishType): Promise<PublicationRow> {
    const publish = async (queries: Queries) => {
      await requireService(queries, tenant.projectId, serviceId);
      if (!(await lockStage(queries, serviceId, stageId))) throw new AppError('DOCUMENT_STAGE_NOT_FOUND');
      const saved = await savePublication(queries, { serviceId, stageId }, publishType, newId());
      if (!saved) throw new AppError('DOCUMENT_STAGE_NOT_FOUND');
      return saved;
    };
    return this.database.transaction('publish document', publish, { turnOf: serviceId });
  }

  private async write(queries: Queries, stage: DocumentedStage, form: SwaggerForm): Promise<SwaggerDocument> {
    const row = stage.liveDeploymentId && (await findBodies(queries, stage.id, stage.liveDeploymentId));
    if (!row) throw new AppError('DOCUMENT_NOT_FOUND');
    const { deployedAt, settings, documentation } = readDeployment(row);
    checkDocumentable(settings.resources);
    const exported = toExportedStage({
      title: titleOfStage(stage.name),
      version: deployedAt.toISOString(),
      host: this.hostOf(stage),
      resources: settings.resources,
      descriptions: documentation.methods,
      models: documentation.models,
    });
    return writeSwagger(exported, form);
  }

  private hostOf({ serviceId, name: stageName, service: { regionCode } }: DocumentedStage): string {
    return stageHostName({ regionCode, serviceId, stageName }, this.settings.stageDomain);
  }

  private addressOf(stage: DocumentedStage): StageAddress {
    return browserAddress(this.hostOf(stage), this.settings.gatewayPublicPort);
  }
}
