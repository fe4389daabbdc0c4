import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';
import { type GatewayResponseType, gatewayResponseTypes } from '../../errors/index.js';
import { FreeJson, HeaderAnswer } from '../../http/index.js';

const HEADERS_EXAMPLE = { 'X-Failure': '${error.resultCode}' };
const BODY_EXAMPLE = { 'application/json': '{"result":"${error.resultMessage}"}' };

/** Body of the redefinition of a gateway response. */
export class RedefineGatewayResponseRequest {
  @ApiProperty({ enum: gatewayResponseTypes, example: 'NotFound' })
  @IsIn(gatewayResponseTypes)
  gatewayResponseType!: GatewayResponseType;

  @ApiProperty({ type: 'integer', minimum: 100, maximum: 599, example: 404 })
  @IsInt()
  @Min(100)
  @Max(599)
  httpStatusCode!: number;

  @ApiPropertyOptional({
    type: Object,
    nullable: true,
    example: HEADERS_EXAMPLE,
    description: 'Values by header name.',
  })
  @FreeJson()
  @IsOptional()
  @IsObject()
  headers?: object | null;

  @ApiPropertyOptional({ type: Object, nullable: true, example: BODY_EXAMPLE, description: 'Bodies by content type.' })
  @FreeJson()
  @IsOptional()
  @IsObject()
  body?: object | null;
}

/** A redefined gateway response in answers. */
export class GatewayResponseAnswer {
  @ApiProperty({ example: 'g1a2t3e4w5a6y7r8e9s0' })
  gatewayResponseId!: string;

  @ApiProperty({ enum: gatewayResponseTypes, example: 'NotFound' })
  gatewayResponseType!: string;

  @ApiProperty({ type: 'integer', example: 404 })
  httpStatusCode!: number;

  @ApiProperty({ type: Object, example: HEADERS_EXAMPLE })
  headers!: object;

  @ApiProperty({ type: Object, example: BODY_EXAMPLE })
  body!: object;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one redefined gateway response. */
export class OneGatewayResponseAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  gatewayResponse!: GatewayResponseAnswer;
}

/** Answer with all gateway responses that a service has redefined. */
export class GatewayResponseListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [GatewayResponseAnswer] })
  gatewayResponseList!: GatewayResponseAnswer[];
}
