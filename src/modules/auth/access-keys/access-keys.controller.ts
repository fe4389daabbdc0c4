import { Body, Controller, Delete, Get, Header, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, PageQuery, PlainAnswer, success } from '../../../http/index.js';
import { KeyOwnerGuard } from '../guards.js';
import {
  type AccessKeyAnswer,
  AccessKeyListAnswer,
  CreateAccessKeyRequest,
  ModifyAccessKeyRequest,
  OneAccessKeyAnswer,
  OneNewAccessKeyAnswer,
} from './access-keys.dto.js';
import type { AccessKeyRow } from './access-keys.queries.js';
import { AccessKeysService } from './access-keys.service.js';

@ApiTags('User')
@UseGuards(KeyOwnerGuard)
@Controller('v2.0/users/:userId/access-keys')
export class AccessKeysController {
  constructor(private readonly accessKeys: AccessKeysService) {}

  @Get()
  @Operation({
    id: 'listAccessKeys',
    summary: 'List access keys of a user',
    access: 'token',
    answer: AccessKeyListAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async list(@Param('userId') userId: string, @Query() query: PageQuery): Promise<AccessKeyListAnswer> {
    const { items, paging } = await this.accessKeys.list(userId, query);
    return success({ paging, accessKeyList: items.map(present) });
  }

  @Get(':accessKeyId')
  @Operation({
    id: 'getAccessKey',
    summary: 'Get an access key',
    access: 'token',
    answer: OneAccessKeyAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async get(@Param('userId') userId: string, @Param('accessKeyId') accessKeyId: string): Promise<OneAccessKeyAnswer> {
    return success({ accessKey: present(await this.accessKeys.get(userId, accessKeyId)) });
  }

  @Post()
  @Header('Cache-Control', 'no-store')
  @Operation({
    id: 'createAccessKey',
    summary: 'Create an access key',
    description: 'The answer holds the secret, which is shown this once: only a hash of it is kept.',
    access: 'token',
    answer: OneNewAccessKeyAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async create(
    @Param('userId') userId: string,
    @Body() request: CreateAccessKeyRequest,
  ): Promise<OneNewAccessKeyAnswer> {
    const { row, secret } = await this.accessKeys.create(userId, request.accessKeyName);
    return success({ accessKey: { ...present(row), accessKeySecret: secret } });
  }

  @Put(':accessKeyId')
  @Operation({
    id: 'modifyAccessKey',
    summary: 'Modify an access key',
    description: 'The tokens of a disabled access key are refused until it is enabled again.',
    access: 'token',
    answer: OneAccessKeyAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async modify(
    @Param('userId') userId: string,
    @Param('accessKeyId') accessKeyId: string,
    @Body() request: ModifyAccessKeyRequest,
  ): Promise<OneAccessKeyAnswer> {
    return success({ accessKey: present(await this.accessKeys.modify(userId, accessKeyId, request)) });
  }

  @Delete(':accessKeyId')
  @Operation({
    id: 'deleteAccessKey',
    summary: 'Delete an access key',
    description: 'Its tokens go too.',
    access: 'token',
    answer: PlainAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async delete(@Param('userId') userId: string, @Param('accessKeyId') accessKeyId: string): Promise<PlainAnswer> {
    await this.accessKeys.delete(userId, accessKeyId);
    return success();
  }
}

function present({ id, name, disabled, createdAt }: AccessKeyRow): AccessKeyAnswer {
  return { accessKeyId: id, accessKeyName: name, disabled, createdAt };
}
