import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { FailureAnswer } from './answers.js';

/** Serves the OpenAPI document at /openapi.json and a page that shows it at /docs, all from this process. */
export function serveOpenApi(app: INestApplication, version: string): void {
  const description =
    'The management API of Gatewright. Every answer has a header; a failure has the code and message of the ' +
    'error catalogue, and an errorList where the input is wrong.';
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Gatewright management API')
    .setDescription(description)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [FailureAnswer],
    autoTagControllers: false,
  });
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', customSiteTitle: 'Gatewright' });
}
