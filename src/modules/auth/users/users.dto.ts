import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../../http/index.js';

const MAX_NAME_LENGTH = 50;

/** Body of a user's creation. */
export class CreateUserRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'build server' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  userName!: string;

  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'Whether the user administers the installation. Absent: no, or as it was.',
  })
  @IsOptional()
  @IsBoolean()
  isAdministrator?: boolean | null;
}

/** Body of a user's modification. */
export class ModifyUserRequest extends CreateUserRequest {
  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    example: false,
    description: 'Whether the user is locked out. Absent: as it was.',
  })
  @IsOptional()
  @IsBoolean()
  disabled?: boolean | null;
}

/** A user in answers. */
export class UserAnswer {
  @ApiProperty({ example: 'u1s2e3r4a5c6c7o8u9n0' })
  userId!: string;

  @ApiProperty({ example: 'build server' })
  userName!: string;

  @ApiProperty({ example: false })
  isAdministrator!: boolean;

  @ApiProperty({ example: false })
  disabled!: boolean;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one user. */
export class OneUserAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  user!: UserAnswer;
}

/** Answer with a page of users. */
export class UserListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [UserAnswer] })
  userList!: UserAnswer[];
}
