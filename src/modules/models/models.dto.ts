import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { parameterLimits } from '../../contract/parameters.js';
import { FreeJson, HeaderAnswer, PageQuery, PagingAnswer } from '../../http/index.js';

const SCHEMA_EXAMPLE = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };

/** Query of the list of models. */
export class ListModelsQuery extends PageQuery {
  @ApiPropertyOptional({
    maxLength: parameterLimits.nameLength,
    example: 'Pet',
    description: 'Only models whose name contains this text.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(parameterLimits.nameLength)
  modelName?: string;
}

/** Body of a model's modification; the name stays. */
export class ModifyModelRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: parameterLimits.descriptionLength,
    example: 'A pet of the shop',
  })
  @IsOptional()
  @IsString()
  @MaxLength(parameterLimits.descriptionLength)
  modelDescription?: string | null;

  @ApiProperty({ type: Object, example: SCHEMA_EXAMPLE, description: 'JSON Schema draft-04, up to 65,535 characters.' })
  @FreeJson()
  @IsObject()
  modelSchema!: object;
}

/** Body of a model's creation. */
export class CreateModelRequest extends ModifyModelRequest {
  @ApiProperty({ maxLength: parameterLimits.nameLength, example: 'Pet' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(parameterLimits.nameLength)
  modelName!: string;
}

/** A model in answers. */
export class ModelAnswer {
  @ApiProperty({ example: 'm1o2d3e4l5i6d7e8x9a0' })
  modelId!: string;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 'Pet' })
  modelName!: string;

  @ApiProperty({ example: 'A pet of the shop' })
  modelDescription!: string;

  @ApiProperty({ type: Object, example: SCHEMA_EXAMPLE })
  modelSchema!: object;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one model. */
export class OneModelAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  model!: ModelAnswer;
}

/** Answer with a page of models. */
export class ModelListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [ModelAnswer] })
  modelList!: ModelAnswer[];
}
