import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { DOCUMENTS_PATH, PAGE_SCRIPT, PAGE_SCRIPT_NAME } from './document-page.js';

const PACKAGE_FILE = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
/** What the pages load of Swagger UI, and no more. */
const FILES: readonly string[] = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const YEAR_SECONDS = 31_536_000;

/** Serves what the pages of documents load, under names that change with the content, so that browsers can keep it. */
@Injectable()
export class PageAssets implements OnModuleInit {
  /** The folder of Swagger UI below `documents/`. */
  readonly folder: string;

  constructor(private readonly host: HttpAdapterHost) {
    const { version } = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string };
    this.folder = `assets/swagger-ui-${version}`;
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    // Not awaited: that would make Fastify ready before Nest has told it how failures are answered.
    void fastify.register(fastifyStatic, {
      root: dirname(PACKAGE_FILE),
      prefix: `/${DOCUMENTS_PATH}/${this.folder}/`,
      decorateReply: false,
      allowedPath: (path) => FILES.includes(path.replace(/^\//, '')),
      maxAge: YEAR_SECONDS * 1000,
      immutable: true,
      setHeaders: (reply) => void reply.header('X-Content-Type-Options', 'nosniff'),
    });
    fastify.get(`/${DOCUMENTS_PATH}/assets/${PAGE_SCRIPT_NAME}`, (_request, reply) =>
      reply
        .headers({
          'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
          'X-Content-Type-Options': 'nosniff',
        })
        .type('text/javascript; charset=utf-8')
        .send(PAGE_SCRIPT),
    );
  }
}
