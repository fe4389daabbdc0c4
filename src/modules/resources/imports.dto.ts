import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { httpMethods } from '../../contract/plugins/index.js';
import { HeaderAnswer } from '../../http/index.js';

const switches = ['true', 'false'] as const;
type Switch = (typeof switches)[number];

/** Query of an import. */
export class ImportQuery {
  @ApiPropertyOptional({ enum: switches, default: 'false', description: 'Only tells what the import would change.' })
  @IsOptional()
  @IsIn(switches)
  dryRun?: Switch;

  @ApiPropertyOptional({ enum: switches, default: 'false', description: 'Demands that the document has schemes.' })
  @IsOptional()
  @IsIn(switches)
  strict?: Switch;
}

/** Body of an import; read by the import itself, not by the general reader of bodies. */
export class ImportRequest {
  @ApiProperty({
    type: Object,
    description: 'A Swagger 2.0 document as a JSON object.',
    example: {
      swagger: '2.0',
      info: { title: 'Pets', version: '1.0' },
      paths: { '/pets': { get: { summary: 'ListPets', responses: { 200: { description: 'All pets' } } } } },
    },
  })
  swaggerData!: object;
}

/** Why an operation, or a part of it, was not taken over. */
export class ImportReasonAnswer {
  @ApiProperty({ example: '/paths/~1pets/get/responses/default', description: 'JSON pointer in swaggerData.' })
  pointer!: string;

  @ApiProperty({ example: 'a default response cannot be kept' })
  message!: string;
}

/** What became of one operation of the document. */
export class ImportedOperationAnswer {
  @ApiProperty({ example: '/pets' })
  path!: string;

  @ApiProperty({ example: 'GET', description: 'The method; a key that is none stands as written.' })
  method!: string;

  @ApiProperty({ enum: ['IMPORTED', 'SKIPPED'], example: 'IMPORTED' })
  result!: string;

  @ApiProperty({ type: [ImportReasonAnswer], description: 'Of an imported operation: what was left out of it.' })
  reasonList!: ImportReasonAnswer[];
}

/** What became of the document. */
export class ImportReportAnswer {
  @ApiProperty({ type: 'integer', example: 1, description: 'Operations that became methods.' })
  importedCount!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Operations that were left out.' })
  skippedCount!: number;

  @ApiProperty({
    type: 'integer',
    example: 2,
    description: 'Paths of the result, the root and all above others included.',
  })
  pathCount!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'Methods of the result, those that CORS made included.' })
  methodCount!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  modelCount!: number;

  @ApiProperty({ type: [ImportedOperationAnswer], description: 'One entry per operation of the document.' })
  operationList!: ImportedOperationAnswer[];
}

/** A path, or a method under it. */
export class ResourcePlaceAnswer {
  @ApiProperty({ example: '/pets' })
  path!: string;

  @ApiProperty({
    type: String,
    enum: httpMethods,
    nullable: true,
    example: 'GET',
    description: 'null for the path itself.',
  })
  methodType!: string | null;
}

/** A resource that an import would keep and change. */
export class ChangedResourceAnswer extends ResourcePlaceAnswer {
  @ApiProperty({
    type: [String],
    example: ['methodName', 'plugins.HTTP'],
    description: 'methodName, methodDescription, plugins.TYPE, parameters, responses.',
  })
  changedFields!: readonly string[];
}

/** Names of the models that an import would add, remove and change. */
export class ModelDifferenceAnswer {
  @ApiProperty({ type: [String], example: ['Pet'] })
  added!: string[];

  @ApiProperty({ type: [String], example: [] })
  removed!: string[];

  @ApiProperty({ type: [String], example: [] })
  changed!: string[];
}

/** What an import would do to what is there. */
export class ImportDifferenceAnswer {
  @ApiProperty({ type: [ResourcePlaceAnswer] })
  added!: readonly ResourcePlaceAnswer[];

  @ApiProperty({ type: [ResourcePlaceAnswer] })
  removed!: readonly ResourcePlaceAnswer[];

  @ApiProperty({ type: [ChangedResourceAnswer] })
  changed!: readonly ChangedResourceAnswer[];

  @ApiProperty()
  models!: ModelDifferenceAnswer;
}

/** Answer of an import; `difference` only with dryRun=true. */
export class ImportAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  importReport!: ImportReportAnswer;

  @ApiPropertyOptional({ type: ImportDifferenceAnswer })
  difference?: ImportDifferenceAnswer;
}
