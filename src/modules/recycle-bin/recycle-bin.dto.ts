import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { RecycleBinItemKind } from '../../database/index.js';
import { HeaderAnswer, PageQuery, PagingAnswer } from '../../http/index.js';

const ID = 'b1i2n3i4t5e6m7i8d9a0';
const DATE = '2026-11-28T06:00:00.000Z';
const kinds = Object.values(RecycleBinItemKind);

/** Query of the list of the recycle bin. */
export class ListRecycleBinQuery extends PageQuery {
  @ApiPropertyOptional({ enum: kinds, example: 'RESOURCE_IMPORT', description: 'Only items of this kind.' })
  @IsOptional()
  @IsIn(kinds)
  kind?: RecycleBinItemKind;

  @ApiPropertyOptional({
    example: 'k3v9x0q2m7b1c5d8e4f6',
    description: 'Only items of this service, be it there or deleted.',
  })
  @IsOptional()
  @IsString()
  apigwServiceId?: string;
}

/** How many rows of a kind an item keeps. */
export class RecycleBinContentAnswer {
  @ApiProperty({ example: 'RESOURCE', description: 'What is kept, such as RESOURCE, MODEL or DEPLOYMENT.' })
  contentType!: string;

  @ApiProperty({ type: 'integer', example: 12 })
  count!: number;
}

/** An item of the recycle bin in answers; what it keeps is told in numbers alone. */
export class RecycleBinItemAnswer {
  @ApiProperty({ example: ID })
  recycleBinItemId!: string;

  @ApiProperty({ enum: kinds, example: 'RESOURCE_IMPORT', description: 'What was deleted or replaced.' })
  kind!: string;

  @ApiProperty({ example: 'importResources', description: 'The operation that did it.' })
  operationId!: string;

  @ApiProperty({ example: 'petstore', description: 'Name of what was deleted or changed.' })
  title!: string;

  @ApiProperty({
    example: 'k3v9x0q2m7b1c5d8e4f6',
    description: 'Id of the service, stage, resource, model, API key or usage plan that the call named.',
  })
  objectId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 's1t2a3g4e5i6d7x8y9z0' })
  stageId!: string | null;

  @ApiProperty({ type: [RecycleBinContentAnswer] })
  contentList!: RecycleBinContentAnswer[];

  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Old deployments that were too large to be kept besides the others.',
  })
  leftOutDeploymentCount!: number;

  @ApiProperty({ example: DATE })
  deletedAt!: Date;

  @ApiProperty({ example: DATE, description: 'From then on it cannot be restored.' })
  keptUntil!: Date;

  @ApiProperty({ type: Date, nullable: true, example: DATE, description: 'An item can be restored once.' })
  restoredAt!: Date | null;
}

/** Answer with a page of the recycle bin. */
export class RecycleBinListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [RecycleBinItemAnswer] })
  recycleBinItemList!: RecycleBinItemAnswer[];
}

/** Answer with one item. */
export class OneRecycleBinItemAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  recycleBinItem!: RecycleBinItemAnswer;
}

/** Answer of a restoration. */
export class RestorationAnswer extends OneRecycleBinItemAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    example: ID,
    description: 'The item that keeps what was replaced; restoring it undoes the restoration. null when nothing was.',
  })
  replacedRecycleBinItemId!: string | null;

  @ApiProperty({
    type: [String],
    example: ['api.example.com'],
    description: 'Custom domains that were deleted or connected elsewhere, without which the stages were restored.',
  })
  leftOutCustomDomainList!: string[];
}
