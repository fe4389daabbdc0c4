import { Body, Controller, Get, Param, Put, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, Settings, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { ApiDocumentAnswer, ModifyPublicationRequest, OnePublicationAnswer } from './documents.dto.js';
import type { PublicationRow } from './documents.queries.js';
import { DocumentsService } from './documents.service.js';
import { DOCUMENTS_PATH } from './page/document-page.js';

@ApiTags('API Document')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/stages/:stageId/documents'))
export class DocumentsController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly settings: Settings,
  ) {}

  @Get('swagger')
  @Operation({
    id: 'getApiDocument',
    summary: 'Get the API document of a stage',
    description: 'Swagger 2.0 of what is live. The answer is the document itself, without a header.',
    answer: ApiDocumentAnswer,
    errors: [
      'SERVICE_NOT_FOUND',
      'STAGE_NOT_FOUND',
      'DOCUMENT_NOT_FOUND',
      'DOCUMENT_PLUGIN_FAILED',
      'SNAPSHOT_UNREADABLE',
    ],
  })
  async document(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<ApiDocumentAnswer> {
    return this.documents.document(tenant, serviceId, stageId);
  }

  @Get('publish')
  @Operation({
    id: 'getPublication',
    summary: 'Get the publish state of an API document',
    description: 'PRIVATE until it is changed.',
    answer: OnePublicationAnswer,
    errors: ['SERVICE_NOT_FOUND', 'DOCUMENT_STAGE_NOT_FOUND'],
  })
  async publication(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
  ): Promise<OnePublicationAnswer> {
    return this.present(await this.documents.publication(tenant, serviceId, stageId));
  }

  @Put('publish')
  @Operation({
    id: 'modifyPublication',
    summary: 'Publish an API document, or withdraw it',
    description: 'The link is made at the first publication and stays; while the document is PRIVATE it answers 404.',
    answer: OnePublicationAnswer,
    errors: ['INVALID_INPUT', 'SERVICE_NOT_FOUND', 'DOCUMENT_STAGE_NOT_FOUND'],
  })
  async publish(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Body() { publishType }: ModifyPublicationRequest,
  ): Promise<OnePublicationAnswer> {
    return this.present(await this.documents.publish(tenant, serviceId, stageId, publishType));
  }

  private present({ stageId, isPublic, linkId }: PublicationRow): OnePublicationAnswer {
    const publishUrl = linkId === null ? null : `${this.settings.publicUrl}/${DOCUMENTS_PATH}/${linkId}`;
    return success({ document: { stageId, publishType: isPublic ? 'PUBLIC' : 'PRIVATE', publishUrl } });
  }
}
