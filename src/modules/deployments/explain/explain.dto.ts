import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsIP, IsObject, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { httpMethods, type HttpMethod } from '../../../contract/plugins/index.js';
import { FreeJson } from '../../../http/index.js';

const MAX_PATH_LENGTH = 8_000;
const MAX_API_KEY_LENGTH = 1_000;
const MAX_BODY_LENGTH = 100_000;

/** What can be asked: what gateways serve, or what they would after a deployment. */
export const explainedSources = ['LIVE', 'DRAFT'] as const;
const schemes = ['http', 'https'] as const;

/** Body of the question what would become of a request. */
export class ExplainRequest {
  @ApiProperty({ enum: httpMethods, example: 'GET' })
  @IsIn(httpMethods)
  methodType!: HttpMethod;

  @ApiProperty({
    example: '/pets/1?fields=name',
    maxLength: MAX_PATH_LENGTH,
    description: 'Path with query, percent-encoded as it is sent.',
  })
  @IsString()
  @MaxLength(MAX_PATH_LENGTH)
  @Matches(/^\/[\x21-\x7e]*$/, { message: 'must begin with / and hold no space and nothing beyond ASCII' })
  path!: string;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    example: { Accept: 'application/json' },
    description: 'Values by header name; without Host, the host of the stage.',
  })
  @FreeJson()
  @IsOptional()
  @IsObject()
  headers?: object | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_API_KEY_LENGTH,
    example: 'k1e2y3v4a5l6u7e8',
    description: 'Value of an API key; the same as the header x-nhn-apikey.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_API_KEY_LENGTH)
  apiKey?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_BODY_LENGTH,
    example: null,
    description: 'Body of the request. Without Content-Length among the headers, its length is added.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_BODY_LENGTH)
  body?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '192.0.2.7',
    description: 'Address of the client as the gateway sees it; without it, that of the caller.',
  })
  @IsOptional()
  @IsIP()
  clientIp?: string | null;

  @ApiPropertyOptional({ enum: schemes, default: 'http', example: 'http' })
  @IsOptional()
  @IsIn(schemes)
  scheme?: (typeof schemes)[number];

  @ApiPropertyOptional({
    enum: explainedSources,
    default: 'LIVE',
    example: 'LIVE',
    description: 'LIVE: the live deployment. DRAFT: the stage as it is set now.',
  })
  @IsOptional()
  @IsIn(explainedSources)
  source?: (typeof explainedSources)[number];
}
