import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, PageQuery, PlainAnswer, success } from '../../../http/index.js';
import { type Caller, CurrentCaller } from '../caller.js';
import { AdministratorGuard, TokenGuard } from '../guards.js';
import { CreateUserRequest, ModifyUserRequest, OneUserAnswer, type UserAnswer, UserListAnswer } from './users.dto.js';
import type { UserRow } from './users.queries.js';
import { UsersService } from './users.service.js';

@ApiTags('User')
@Controller('v2.0/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @UseGuards(AdministratorGuard)
  @Operation({
    id: 'listUsers',
    summary: 'List users',
    access: 'token',
    answer: UserListAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async list(@Query() query: PageQuery): Promise<UserListAnswer> {
    const { items, paging } = await this.users.list(query);
    return success({ paging, userList: items.map(present) });
  }

  @Post()
  @UseGuards(AdministratorGuard)
  @Operation({
    id: 'createUser',
    summary: 'Create a user',
    access: 'token',
    answer: OneUserAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async create(@Body() request: CreateUserRequest): Promise<OneUserAnswer> {
    return success({ user: present(await this.users.create(request)) });
  }

  @Get('me')
  @UseGuards(TokenGuard)
  @Operation({
    id: 'getMyUser',
    summary: 'Get the user who calls',
    access: 'token',
    takesNothing: true,
    answer: OneUserAnswer,
    errors: [],
  })
  async me(@CurrentCaller() { userId }: Caller): Promise<OneUserAnswer> {
    return success({ user: present(await this.users.getCaller(userId)) });
  }

  @Get(':userId')
  @UseGuards(AdministratorGuard)
  @Operation({
    id: 'getUser',
    summary: 'Get a user',
    access: 'token',
    answer: OneUserAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async get(@Param('userId') userId: string): Promise<OneUserAnswer> {
    return success({ user: present(await this.users.get(userId)) });
  }

  @Put(':userId')
  @UseGuards(AdministratorGuard)
  @Operation({
    id: 'modifyUser',
    summary: 'Modify a user',
    description: 'The last administrator with an access key can be neither disabled nor demoted.',
    access: 'token',
    answer: OneUserAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async modify(@Param('userId') userId: string, @Body() request: ModifyUserRequest): Promise<OneUserAnswer> {
    return success({ user: present(await this.users.modify(userId, request)) });
  }

  @Delete(':userId')
  @UseGuards(AdministratorGuard)
  @Operation({
    id: 'deleteUser',
    summary: 'Delete a user',
    description: 'Its access keys, tokens and memberships go too. The last administrator with an access key stays.',
    access: 'token',
    answer: PlainAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async delete(@Param('userId') userId: string): Promise<PlainAnswer> {
    await this.users.delete(userId);
    return success();
  }
}

function present({ id, name, isAdministrator, disabled, createdAt, updatedAt }: UserRow): UserAnswer {
  return { userId: id, userName: name, isAdministrator, disabled, createdAt, updatedAt };
}
