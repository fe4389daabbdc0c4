import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../../http/index.js';

const MAX_NAME_LENGTH = 50;

/** Body of an access key's creation. */
export class CreateAccessKeyRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'laptop' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  accessKeyName!: string;
}

/** Body of an access key's modification. */
export class ModifyAccessKeyRequest extends CreateAccessKeyRequest {
  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'Whether it, and every token made with it, is refused. Absent: as it was.',
  })
  @IsOptional()
  @IsBoolean()
  disabled?: boolean | null;
}

/** An access key in answers. */
export class AccessKeyAnswer {
  @ApiProperty({ example: 'k1e2y3a4c5c6e7s8s9k0' })
  accessKeyId!: string;

  @ApiProperty({ example: 'laptop' })
  accessKeyName!: string;

  @ApiProperty({ example: false })
  disabled!: boolean;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;
}

/** An access key in the answer to its creation. */
export class NewAccessKeyAnswer extends AccessKeyAnswer {
  @ApiProperty({ example: 'Zk3v9X0q2M7b1C5d8E4f6G9h0J1k2L3m4N5p6Q7r', description: 'Shown this once.' })
  accessKeySecret!: string;
}

/** Answer with one access key. */
export class OneAccessKeyAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  accessKey!: AccessKeyAnswer;
}

/** Answer with a new access key. */
export class OneNewAccessKeyAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  accessKey!: NewAccessKeyAnswer;
}

/** Answer with a page of access keys. */
export class AccessKeyListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [AccessKeyAnswer] })
  accessKeyList!: AccessKeyAnswer[];
}
