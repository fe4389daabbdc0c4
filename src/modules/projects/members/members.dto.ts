import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import type { ProjectRole } from '../../../database/index.js';
import { HeaderAnswer, PagingAnswer } from '../../../http/index.js';
import { projectRoles } from '../../auth/index.js';

/** Body that says what a user is in a project. */
export class SetMemberRequest {
  @ApiProperty({
    enum: projectRoles,
    example: 'MEMBER',
    description:
      'VIEWER reads, MEMBER does everything with services, keys and plans, ADMIN manages the project besides.',
  })
  @IsIn(projectRoles)
  role!: ProjectRole;
}

/** A member in answers. */
export class MemberAnswer {
  @ApiProperty({ example: 'u1s2e3r4a5c6c7o8u9n0' })
  userId!: string;

  @ApiProperty({ example: 'build server' })
  userName!: string;

  @ApiProperty({ enum: projectRoles, example: 'MEMBER' })
  role!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one member. */
export class OneMemberAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  member!: MemberAnswer;
}

/** Answer with a page of members. */
export class MemberListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [MemberAnswer] })
  memberList!: MemberAnswer[];
}
