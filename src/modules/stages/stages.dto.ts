import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import {
  httpMethods,
  resourcePluginTypes,
  stagePluginTypes,
  type StagePluginType,
} from '../../contract/plugins/index.js';
import { FreeJson, HeaderAnswer, PagingAnswer } from '../../http/index.js';

const MAX_DESCRIPTION_LENGTH = 200;

/** Body of a stage's modification. */
export class ModifyStageRequest {
  @ApiProperty({ maxLength: 150, example: 'http://127.0.0.1:10080', description: 'http or https, an allowed port.' })
  @IsString()
  backendEndpointUrl!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_DESCRIPTION_LENGTH,
    example: 'For trying things out',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  stageDescription?: string | null;
}

/** Body of a stage's creation. */
export class CreateStageRequest extends ModifyStageRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: '^([a-z0-9]{1,30})?$',
    example: 'alpha',
    description: 'Absent, null or empty: the default stage.',
  })
  @IsOptional()
  @Matches(/^([a-z0-9]{1,30})?$/, { message: 'must be 1 to 30 lower-case letters and digits' })
  stageName?: string | null;
}

/** A stage plugin in a request. */
export class StagePluginRequest {
  @ApiProperty({ enum: stagePluginTypes, example: 'RATE_LIMIT' })
  @IsIn(stagePluginTypes)
  pluginType!: StagePluginType;

  @ApiProperty({ type: Object, example: { keyType: 'DEFAULT', requestPerSec: 100 } })
  @FreeJson()
  @IsObject()
  pluginConfigJson!: object;
}

/** Body of a stage resource's modification. */
export class ModifyStageResourceRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: 150,
    example: null,
    description: 'null takes it away.',
  })
  @IsOptional()
  @IsString()
  customBackendEndpointUrl?: string | null;

  @ApiProperty({
    type: [StagePluginRequest],
    maxItems: stagePluginTypes.length,
    description: 'All that the resource has afterwards.',
  })
  @IsArray()
  @ArrayMaxSize(stagePluginTypes.length)
  @ValidateNested({ each: true })
  @Type(() => StagePluginRequest)
  stageResourcePluginList!: StagePluginRequest[];
}

/** A custom domain of a stage in answers. */
export class StageDomainAnswer {
  @ApiProperty({ example: 'api.example.com' })
  customDomain!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z', description: 'When it was connected.' })
  createdAt!: Date;
}

/** A stage in answers. */
export class StageAnswer {
  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 'KR1' })
  regionCode!: string;

  @ApiProperty({ type: String, nullable: true, example: 'alpha', description: 'null is the default stage.' })
  stageName!: string | null;

  @ApiProperty({ example: 'For trying things out' })
  stageDescription!: string;

  @ApiProperty({ example: 'kr1-k3v9x0q2m7b1c5d8e4f6-alpha.api.localhost', description: 'Host name of the stage.' })
  stageUrl!: string;

  @ApiProperty({ example: '', description: 'The custom domain that was connected first; empty without one.' })
  stageCustomUrl!: string;

  @ApiProperty({ type: [StageDomainAnswer], example: [] })
  stageCustomDomainList!: StageDomainAnswer[];

  @ApiProperty({ type: [StageDomainAnswer], example: [] })
  stageAliasDomainList!: StageDomainAnswer[];

  @ApiProperty({ example: 'http://127.0.0.1:10080' })
  backendEndpointUrl!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z', description: 'When resources were last imported to the stage.' })
  resourceUpdatedAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** A plugin of a stage resource in answers. */
export class StageResourcePluginAnswer {
  @ApiProperty({ example: 'p1l2u3g4i5n6i7d8x9a0' })
  stageResourcePluginId!: string;

  @ApiProperty({ example: 'r1e2s3o4u5r6c7e8i9d0' })
  stageResourceId!: string;

  @ApiProperty({ enum: [...resourcePluginTypes, ...stagePluginTypes], example: 'HTTP' })
  pluginType!: string;

  @ApiProperty({ type: Object, example: { frontendEndpointPath: '/pets', backendEndpointPath: '/v1/pets' } })
  pluginConfigJson!: object;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T06:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: string;
}

/** A stage resource in answers. */
export class StageResourceAnswer {
  @ApiProperty({ example: 'r1e2s3o4u5r6c7e8i9d0' })
  stageResourceId!: string;

  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ example: '/pets' })
  path!: string;

  @ApiProperty({ type: String, nullable: true, example: '/pets', description: 'Of a method: its path. Of /: null.' })
  parentPath!: string | null;

  @ApiProperty({ type: String, enum: httpMethods, nullable: true, example: 'GET', description: 'null for a path.' })
  methodType!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'List pets' })
  methodName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'All pets of the shop' })
  methodDescription!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  customBackendEndpointUrl!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T06:00:00.000Z' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: string;

  @ApiProperty({ type: [StageResourcePluginAnswer] })
  stageResourcePluginList!: StageResourcePluginAnswer[];
}

/** Answer with one stage. */
export class OneStageAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  stage!: StageAnswer;
}

/** Answer with a page of stages. */
export class StageListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [StageAnswer] })
  stageList!: StageAnswer[];
}

/** Answer with one stage resource. */
export class OneStageResourceAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  stageResource!: StageResourceAnswer;
}

/** Answer with stage resources. */
export class StageResourceListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [StageResourceAnswer] })
  stageResourceList!: StageResourceAnswer[];
}

/** Answer with a Swagger document. */
export class SwaggerAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: Object, example: { swagger: '2.0', info: { title: 'alpha', version: '1' }, paths: {} } })
  swaggerData!: object;
}
