import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { HeaderAnswer } from '../../http/index.js';
import { type PublishType, publishTypes } from './documents.rules.js';

const INFO = { version: '2026-11-21T06:00:00.000Z', title: 'alpha' };

/** The API document of a stage: Swagger 2.0, without a header around it. */
export class ApiDocumentAnswer {
  @ApiProperty({ example: '2.0' })
  swagger!: string;

  @ApiProperty({ type: Object, example: INFO, description: 'Version: when the stage was deployed. Title: its name.' })
  info!: object;

  @ApiProperty({ example: 'kr1-k3v9x0q2m7b1c5d8e4f6-alpha.api.localhost' })
  host!: string;

  @ApiProperty({ type: [String], example: ['https', 'http'] })
  schemes!: readonly string[];

  @ApiProperty({ type: Object, example: { '/pets': { get: { summary: 'List pets', responses: {} } } } })
  paths!: object;

  @ApiProperty({
    type: Object,
    example: { 'x-nhncloud-apikey': { type: 'apiKey', name: 'x-nhn-apikey', in: 'header' } },
    description: 'What callers must show.',
  })
  securityDefinitions?: object;

  @ApiProperty({ type: Object, example: { Pet: { type: 'object' } }, description: 'The models of the service.' })
  definitions!: object;
}

/** Body of the change of a document's publish state. */
export class ModifyPublicationRequest {
  @ApiProperty({ enum: publishTypes, example: 'PUBLIC', description: 'PUBLIC: whoever has the link can read it.' })
  @IsIn(publishTypes)
  publishType!: PublishType;
}

/** The publish state of a document in answers. */
export class PublicationAnswer {
  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ enum: publishTypes, example: 'PUBLIC' })
  publishType!: PublishType;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'http://localhost:3000/documents/l1i2n3k4i5d6e7x8a9m0',
    description: 'Where the document is shown while it is PUBLIC. null until it is first published, then it stays.',
  })
  publishUrl!: string | null;
}

/** Answer with the publish state of a document. */
export class OnePublicationAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  document!: PublicationAnswer;
}
