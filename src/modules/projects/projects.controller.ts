import { Body, Controller, Delete, Get, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation, PageQuery, PlainAnswer, success } from '../../http/index.js';
import { AdministratorGuard, type Caller, CurrentCaller, TokenGuard } from '../auth/index.js';
import { presentAppKey } from './app-keys/app-keys.presenter.js';
import { ProjectGuard } from './project.guard.js';
import {
  NewProjectAnswer,
  OneProjectAnswer,
  type ProjectAnswer,
  ProjectListAnswer,
  ProjectRequest,
} from './projects.dto.js';
import type { ProjectRow } from './projects.queries.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('Project')
@Controller('v2.0/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @UseGuards(TokenGuard)
  @Operation({
    id: 'listProjects',
    summary: 'List projects',
    description: 'Those that the caller may enter: with a token for one project, that one alone.',
    access: 'token',
    answer: ProjectListAnswer,
    errors: [],
  })
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<ProjectListAnswer> {
    const { items, paging } = await this.projects.list(caller, query);
    return success({ paging, projectList: items.map(present) });
  }

  @Post()
  @UseGuards(AdministratorGuard)
  @Operation({
    id: 'createProject',
    summary: 'Create a project',
    description: 'With its first appKey. Only for administrators of the installation.',
    access: 'token',
    answer: NewProjectAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async create(@CurrentCaller() caller: Caller, @Body() request: ProjectRequest): Promise<NewProjectAnswer> {
    const { project, appKey } = await this.projects.create(caller, request.projectName);
    return success({ project: present(project), appKey: presentAppKey(appKey) });
  }

  @Get(':projectId')
  @UseGuards(ProjectGuard)
  @Operation({
    id: 'getProject',
    summary: 'Get a project',
    access: 'token',
    answer: OneProjectAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async get(@CurrentCaller() caller: Caller, @Param('projectId') projectId: string): Promise<OneProjectAnswer> {
    return success({ project: present(await this.projects.get(caller, projectId)) });
  }

  @Put(':projectId')
  @UseGuards(ProjectGuard)
  @Operation({
    id: 'modifyProject',
    summary: 'Modify a project',
    access: 'token',
    answer: OneProjectAnswer,
    errors: ['INVALID_INPUT', 'USER_NOT_ALLOWED'],
  })
  async modify(
    @CurrentCaller() caller: Caller,
    @Param('projectId') projectId: string,
    @Body() request: ProjectRequest,
  ): Promise<OneProjectAnswer> {
    return success({ project: present(await this.projects.modify(caller, projectId, request.projectName)) });
  }

  @Delete(':projectId')
  @UseGuards(ProjectGuard)
  @Operation({
    id: 'deleteProject',
    summary: 'Delete a project',
    description: 'One that has no service, API key, usage plan and custom domain. Its appKeys and members go too.',
    access: 'token',
    answer: PlainAnswer,
    errors: ['USER_NOT_ALLOWED'],
  })
  async delete(@Param('projectId') projectId: string): Promise<PlainAnswer> {
    await this.projects.delete(projectId);
    return success();
  }
}

function present({ id, name, role, createdAt, updatedAt }: ProjectRow): ProjectAnswer {
  return { projectId: id, projectName: name, role, createdAt, updatedAt };
}
