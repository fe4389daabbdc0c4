import { Module } from '@nestjs/common';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';
import { PageAssets } from './page/page-assets.js';
import { PageController } from './page/page.controller.js';

/** API documents: what is live on a stage, for those who call it. */
@Module({ controllers: [DocumentsController, PageController], providers: [DocumentsService, PageAssets] })
export class DocumentsModule {}
