import { Body, Controller, Delete, Get, Param, Put, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, PageQuery, PlainAnswer, success } from '../../../http/index.js';
import { ProjectGuard } from '../project.guard.js';
import { type MemberAnswer, MemberListAnswer, OneMemberAnswer, SetMemberRequest } from './members.dto.js';
import type { MemberRow } from './members.queries.js';
import { MembersService } from './members.service.js';

@ApiTags('Project')
@UseGuards(ProjectGuard)
@Controller('v2.0/projects/:projectId/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @Operation({
    id: 'listMembers',
    summary: 'List members of a project',
    access: 'token',
    answer: MemberListAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async list(@Param('projectId') projectId: string, @Query() query: PageQuery): Promise<MemberListAnswer> {
    const { items, paging } = await this.members.list(projectId, query);
    return success({ paging, memberList: items.map(present) });
  }

  @Get(':userId')
  @Operation({
    id: 'getMember',
    summary: 'Get a member of a project',
    access: 'token',
    answer: OneMemberAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async get(@Param('projectId') projectId: string, @Param('userId') userId: string): Promise<OneMemberAnswer> {
    return success({ member: present(await this.members.get(projectId, userId)) });
  }

  @Put(':userId')
  @Operation({
    id: 'setMember',
    summary: 'Make a user a member, or change the role',
    access: 'token',
    answer: OneMemberAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async set(
    @Param('projectId') projectId: string,
    @Param('userId') userId: string,
    @Body() request: SetMemberRequest,
  ): Promise<OneMemberAnswer> {
    return success({ member: present(await this.members.set(projectId, userId, request.role)) });
  }

  @Delete(':userId')
  @Operation({
    id: 'deleteMember',
    summary: 'Take a member out of a project',
    access: 'token',
    answer: PlainAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async delete(@Param('projectId') projectId: string, @Param('userId') userId: string): Promise<PlainAnswer> {
    await this.members.delete(projectId, userId);
    return success();
  }
}

function present({ userId, user, role, createdAt, updatedAt }: MemberRow): MemberAnswer {
  return { userId, userName: user.name, role, createdAt, updatedAt };
}
