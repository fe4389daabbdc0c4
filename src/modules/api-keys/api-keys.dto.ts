import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { HeaderAnswer, PageQuery, PagingAnswer } from '../../http/index.js';

export const apiKeyStatuses = ['ACTIVE', 'INACTIVE'] as const;
/** Whether callers get in with a key. */
export type ApiKeyStatus = (typeof apiKeyStatuses)[number];
export const apiKeyTypes = ['PRIMARY', 'SECONDARY'] as const;
/** Which of the two values of a key. */
export type ApiKeyType = (typeof apiKeyTypes)[number];

export const MAX_NAME_LENGTH = 50;
const MAX_DESCRIPTION_LENGTH = 200;
const MAX_ID_LENGTH = 50;
export const MAX_VALUE_LENGTH = 40;
const VALUE = /^[A-Za-z0-9]{10,40}$/;
const VALUE_MESSAGE = 'must be 10 to 40 letters and digits';
/** Their example is null: a value can be used once only, so that one of them would make a call that fails. */
const MADE = '10 to 40 letters and digits, of no other key; made when absent or null.';
const NAME_EXAMPLE = 'User1 API Key';
const VALUE_EXAMPLE = 'P1r2i3m4a5r6y7K8e9y0';

/** Query of lists that show API keys by what they are called. */
export class FindApiKeysQuery extends PageQuery {
  @ApiPropertyOptional({
    maxLength: MAX_VALUE_LENGTH,
    example: VALUE_EXAMPLE,
    description: 'Only the key with this primary or secondary value.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_VALUE_LENGTH)
  apiKey?: string;

  @ApiPropertyOptional({ maxLength: MAX_ID_LENGTH, example: 'a1p2i3k4e5y6i7d8x9a0', description: 'Only this key.' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_ID_LENGTH)
  apiKeyId?: string;

  @ApiPropertyOptional({
    maxLength: MAX_NAME_LENGTH,
    example: 'User1',
    description: 'Only keys whose name starts with this text.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_NAME_LENGTH)
  apiKeyName?: string;
}

/** Query of the list of API keys. */
export class ListApiKeysQuery extends FindApiKeysQuery {
  @ApiPropertyOptional({ enum: apiKeyStatuses, example: 'ACTIVE' })
  @IsOptional()
  @IsIn(apiKeyStatuses)
  apiKeyStatus?: ApiKeyStatus;
}

/** Body of an API key's modification. */
export class ModifyApiKeyRequest {
  @ApiProperty({ maxLength: MAX_NAME_LENGTH, example: NAME_EXAMPLE })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  apiKeyName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_DESCRIPTION_LENGTH, example: 'For User1' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  apiKeyDescription?: string | null;

  @ApiProperty({ enum: apiKeyStatuses, example: 'ACTIVE', description: 'With INACTIVE, callers are not let in.' })
  @IsIn(apiKeyStatuses)
  apiKeyStatus!: ApiKeyStatus;
}

/** Body of an API key's creation. */
export class CreateApiKeyRequest extends ModifyApiKeyRequest {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: VALUE.source,
    example: null,
    description: MADE,
  })
  @IsOptional()
  @Matches(VALUE, { message: VALUE_MESSAGE })
  primaryApiKey?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: VALUE.source,
    example: null,
    description: MADE,
  })
  @IsOptional()
  @Matches(VALUE, { message: VALUE_MESSAGE })
  secondaryApiKey?: string | null;
}

/** Body of the regeneration of a value of an API key. */
export class RegenerateApiKeyRequest {
  @ApiProperty({ enum: apiKeyTypes, example: 'PRIMARY' })
  @IsIn(apiKeyTypes)
  apiKeyType!: ApiKeyType;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    pattern: VALUE.source,
    example: null,
    description: MADE,
  })
  @IsOptional()
  @Matches(VALUE, { message: VALUE_MESSAGE })
  apiKeyValue?: string | null;
}

/** An API key in answers. */
export class ApiKeyAnswer {
  @ApiProperty({ example: 'hP4nJ7rWq2xYz9Tb' })
  appKey!: string;

  @ApiProperty({ example: 'a1p2i3k4e5y6i7d8x9a0' })
  apiKeyId!: string;

  @ApiProperty({ example: NAME_EXAMPLE })
  apiKeyName!: string;

  @ApiProperty({ example: 'For User1' })
  apiKeyDescription!: string;

  @ApiProperty({ example: VALUE_EXAMPLE })
  primaryApiKey!: string;

  @ApiProperty({ example: 'S1e2c3o4n5d6a7r8y9K0' })
  secondaryApiKey!: string;

  @ApiProperty({ enum: apiKeyStatuses, example: 'ACTIVE' })
  apiKeyStatus!: ApiKeyStatus;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one API key. */
export class OneApiKeyAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  apiKey!: ApiKeyAnswer;
}

/** Answer with a page of API keys. */
export class ApiKeyListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [ApiKeyAnswer] })
  apiKeyList!: ApiKeyAnswer[];
}
