import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../http/index.js';

const MAX_HOST_NAME_LENGTH = 253;
const PREFIX = /^[A-Za-z0-9][A-Za-z0-9-]{0,48}[A-Za-z0-9]$/;

/** Body of a custom domain's creation: exactly one of the two fields. */
export class CreateCustomDomainRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 2,
    maxLength: 50,
    pattern: PREFIX.source,
    example: 'petshop',
    description: 'Makes {prefix}.{CUSTOM_DOMAIN}, in lower case.',
  })
  @IsOptional()
  @Matches(PREFIX, { message: 'must be 2 to 50 letters, digits and -, and neither begin nor end with -' })
  customDomainPrefix?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_HOST_NAME_LENGTH,
    example: null,
    description: 'A host name of your own, whose DNS record points at the gateways. Kept in lower case.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_HOST_NAME_LENGTH)
  customDomain?: string | null;
}

/** The stage that a custom domain is connected to. */
export class ConnectedStageAnswer {
  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'alpha', description: 'null is the default stage.' })
  stageName!: string | null;

  @ApiProperty({ example: 'kr1-k3v9x0q2m7b1c5d8e4f6-alpha.api.localhost', description: 'Host name of the stage.' })
  stageUrl!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  connectedAt!: Date;
}

/** A custom domain in answers. */
export class CustomDomainAnswer {
  @ApiProperty({ example: 'c1d2o3m4a5i6n7i8d9x0' })
  customDomainId!: string;

  @ApiProperty({ example: 'petshop.capi.localhost' })
  customDomain!: string;

  @ApiProperty({
    type: ConnectedStageAnswer,
    nullable: true,
    example: null,
    description: 'null while connected to none.',
  })
  connectedStage!: ConnectedStageAnswer | null;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;
}

/** Answer with one custom domain. */
export class OneCustomDomainAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  customDomain!: CustomDomainAnswer;
}

/** Answer with a page of custom domains. */
export class CustomDomainListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [CustomDomainAnswer] })
  customDomainList!: CustomDomainAnswer[];
}
