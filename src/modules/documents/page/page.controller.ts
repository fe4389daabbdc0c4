import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../errors/index.js';
import { DocumentsService } from '../documents.service.js';
import { contentSecurityPolicy, documentPage, DOCUMENTS_PATH, MISSING_PAGE } from './document-page.js';
import { PageAssets } from './page-assets.js';

/** What browsers are told of every answer: to keep none, since a document may be withdrawn, and to guess no type. */
const HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };

/** Where strangers read public documents. Whatever is not public looks as if it did not exist. */
@ApiExcludeController()
@Controller(DOCUMENTS_PATH)
export class PageController {
  constructor(
    private readonly documents: DocumentsService,
    private readonly assets: PageAssets,
  ) {}

  @Get(':linkId')
  async page(
    @Param('linkId') linkId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = await this.documents.publicPage(linkId);
    if (!page && !wantsHtml(request)) throw new AppError('DOCUMENT_NOT_FOUND');
    const html = page ? documentPage({ ...page, linkId, assets: this.assets.folder }) : MISSING_PAGE;
    void reply.headers({ ...HEADERS, 'Content-Security-Policy': contentSecurityPolicy(page?.address ?? null) });
    void reply
      .status(page ? 200 : 404)
      .type('text/html; charset=utf-8')
      .send(html);
  }

  @Get(':linkId/swagger.json')
  async swagger(@Param('linkId') linkId: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.headers(HEADERS).type('application/json; charset=utf-8');
    return this.documents.publicDocument(linkId);
  }
}

function wantsHtml({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}
