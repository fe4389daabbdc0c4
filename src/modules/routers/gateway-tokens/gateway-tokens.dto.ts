import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { HeaderAnswer, PageQuery, PagingAnswer } from '../../../http/index.js';

const MAX_NAME_LENGTH = 50;

/** Query of the list of gateway tokens. */
export class ListGatewayTokensQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'KR1', description: 'Region; without it the tokens of all regions are listed.' })
  @IsOptional()
  @IsString()
  regionCode?: string;
}

/** Body of a gateway token's creation. */
export class CreateGatewayTokenRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'rack 4' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  gatewayTokenName!: string;

  @ApiProperty({ example: 'KR1', description: 'The region whose gateways the token lets in, and nothing else.' })
  @IsString()
  @IsNotEmpty()
  regionCode!: string;
}

/** A gateway that uses a token. */
export class TokenGatewayAnswer {
  @ApiProperty({ example: 'g1a2t3e4w5a6y7i8d9x0' })
  gatewayId!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  lastSeenAt!: Date;
}

/** A gateway token in answers. */
export class GatewayTokenAnswer {
  @ApiProperty({ example: 't1o2k3e4n5i6d7x8y9z0' })
  gatewayTokenId!: string;

  @ApiProperty({ example: 'rack 4' })
  gatewayTokenName!: string;

  @ApiProperty({ example: 'KR1' })
  regionCode!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({
    type: Date,
    nullable: true,
    example: '2026-11-21T06:00:00.000Z',
    description: 'Within a minute. Null: never.',
  })
  lastUsedAt!: Date | null;

  @ApiProperty({
    type: Date,
    nullable: true,
    example: null,
    description: 'Since when it lets nobody in; null: it does.',
  })
  revokedAt!: Date | null;

  @ApiProperty({ type: [TokenGatewayAnswer], description: 'The gateways that use it, the last one seen first.' })
  gatewayList!: TokenGatewayAnswer[];
}

/** A gateway token in the answer to its creation. */
export class NewGatewayTokenAnswer extends GatewayTokenAnswer {
  @ApiProperty({
    example: 'Zk3v9X0q2M7b1C5d8E4f6G9h0J1k2L3m4N5p6Q7r',
    description: 'What the gateway gets as GATEWAY_TOKEN. Shown this once.',
  })
  gatewayTokenValue!: string;
}

/** Answer with one gateway token. */
export class OneGatewayTokenAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  gatewayToken!: GatewayTokenAnswer;
}

/** Answer with a new gateway token. */
export class OneNewGatewayTokenAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  gatewayToken!: NewGatewayTokenAnswer;
}

/** Answer with a page of gateway tokens. */
export class GatewayTokenListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [GatewayTokenAnswer] })
  gatewayTokenList!: GatewayTokenAnswer[];
}
