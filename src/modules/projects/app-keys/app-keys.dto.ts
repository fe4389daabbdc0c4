import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsRFC3339,
  IsString,
  MaxLength,
  ValidateBy,
} from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../../http/index.js';

const MAX_NAME_LENGTH = 50;
const DATE_EXAMPLE = '2027-11-21T06:00:00.000Z';
const RANGE_MESSAGE = 'must be from the years 2000 to 2999 (UTC)';

/** Goes by the moment: what an offset says can be in another year. */
function isInRange(text: unknown): boolean {
  const year = typeof text === 'string' ? new Date(text).getUTCFullYear() : Number.NaN;
  return year >= 2000 && year <= 2999;
}

/** Body of an appKey's creation. */
export class CreateAppKeyRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'deployments' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  appKeyName!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'date-time',
    example: DATE_EXAMPLE,
    description: 'From when on it is refused. null: never. Absent: never, or as it was.',
  })
  @IsOptional()
  @IsRFC3339({ message: 'must be a date and time like 2027-11-21T06:00:00Z' })
  @IsISO8601({ strict: true, strictSeparator: true }, { message: 'must be a date that exists' })
  @ValidateBy({ name: 'isInstantInRange', validator: { validate: isInRange, defaultMessage: () => RANGE_MESSAGE } })
  expiresAt?: string | null;
}

/** Body of an appKey's modification. */
export class ModifyAppKeyRequest extends CreateAppKeyRequest {
  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'Whether it is refused. Absent: as it was.',
  })
  @IsOptional()
  @IsBoolean()
  disabled?: boolean | null;
}

/** An appKey in answers. */
export class AppKeyAnswer {
  @ApiProperty({ example: 'a1p2p3k4e5y6i7d8o9k0' })
  appKeyId!: string;

  @ApiProperty({ example: 'deployments' })
  appKeyName!: string;

  @ApiProperty({ example: 'my-app-key', description: 'What stands in the path of calls.' })
  appKey!: string;

  @ApiProperty({ example: false })
  disabled!: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', example: DATE_EXAMPLE })
  expiresAt!: Date | null;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one appKey. */
export class OneAppKeyAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  appKey!: AppKeyAnswer;
}

/** Answer with a page of appKeys. */
export class AppKeyListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [AppKeyAnswer] })
  appKeyList!: AppKeyAnswer[];
}
