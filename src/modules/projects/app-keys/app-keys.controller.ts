import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, PageQuery, PlainAnswer, success } from '../../../http/index.js';
import { ProjectAdminGuard } from '../project.guard.js';
import { AppKeyListAnswer, CreateAppKeyRequest, ModifyAppKeyRequest, OneAppKeyAnswer } from './app-keys.dto.js';
import { presentAppKey } from './app-keys.presenter.js';
import { AppKeysService } from './app-keys.service.js';

@ApiTags('Project')
// On v1.0 an appKey is all that a caller needs: whoever reads its value has no lesser role any more.
@UseGuards(ProjectAdminGuard)
@Controller('v2.0/projects/:projectId/appkeys')
export class AppKeysController {
  constructor(private readonly appKeys: AppKeysService) {}

  @Get()
  @Operation({
    id: 'listAppKeys',
    summary: 'List appKeys of a project',
    description: 'For the ADMIN of the project, as everything that is done with appKeys.',
    access: 'token',
    answer: AppKeyListAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async list(@Param('projectId') projectId: string, @Query() query: PageQuery): Promise<AppKeyListAnswer> {
    const { items, paging } = await this.appKeys.list(projectId, query);
    return success({ paging, appKeyList: items.map(presentAppKey) });
  }

  @Get(':appKeyId')
  @Operation({
    id: 'getAppKey',
    summary: 'Get an appKey',
    access: 'token',
    answer: OneAppKeyAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async get(@Param('projectId') projectId: string, @Param('appKeyId') appKeyId: string): Promise<OneAppKeyAnswer> {
    return success({ appKey: presentAppKey(await this.appKeys.get(projectId, appKeyId)) });
  }

  @Post()
  @Operation({
    id: 'createAppKey',
    summary: 'Create an appKey',
    access: 'token',
    answer: OneAppKeyAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async create(@Param('projectId') projectId: string, @Body() request: CreateAppKeyRequest): Promise<OneAppKeyAnswer> {
    return success({ appKey: presentAppKey(await this.appKeys.create(projectId, request)) });
  }

  @Put(':appKeyId')
  @Operation({
    id: 'modifyAppKey',
    summary: 'Modify an appKey',
    access: 'token',
    answer: OneAppKeyAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async modify(
    @Param('projectId') projectId: string,
    @Param('appKeyId') appKeyId: string,
    @Body() request: ModifyAppKeyRequest,
  ): Promise<OneAppKeyAnswer> {
    return success({ appKey: presentAppKey(await this.appKeys.modify(projectId, appKeyId, request)) });
  }

  @Delete(':appKeyId')
  @Operation({
    id: 'deleteAppKey',
    summary: 'Delete an appKey',
    description: 'One under which nothing was made; others can be disabled.',
    access: 'token',
    answer: PlainAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async delete(@Param('projectId') projectId: string, @Param('appKeyId') appKeyId: string): Promise<PlainAnswer> {
    await this.appKeys.delete(projectId, appKeyId);
    return success();
  }
}
