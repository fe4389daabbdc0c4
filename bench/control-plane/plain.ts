/*
 * The same endpoints as somebody writes them with NestJS on Fastify, Prisma and class-validator who wants no more than
 * that: no audit, no Idempotency-Key, no limits of calls, no entity tags, no log.
 */
import 'reflect-metadata';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  NotFoundException,
  Param,
  Post,
  Query,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { PrismaPg } from '@prisma/adapter-pg';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { PrismaClient } from '../../src/database/client/client.js';
import { newId } from '../../src/kernel/ids.js';
import { presentDeployment, presentResource, presentService, presentStage } from './plain-answers.js';

const MAX_SERVICES = 1_000_000;
const adapter = new PrismaPg({ connectionString: process.env['DATABASE_URL'] ?? '', max: 20 });
const prisma = new PrismaClient({ adapter });
const header = { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' };

class PageQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  page: number = 1;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  limit: number = 10;
}

class CreateServiceRequest {
  @IsString()
  @IsNotEmpty()
  regionCode!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  apigwServiceName!: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  apigwServiceDescription?: string;
}

class PluginRequest {
  @IsString()
  pluginType!: string;

  @IsObject()
  pluginConfigJson!: object;
}

class MethodRequest {
  @IsString()
  methodType!: string;

  @IsString()
  @MaxLength(50)
  methodName!: string;

  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PluginRequest)
  methodPluginList!: PluginRequest[];
}

class CreateMethodsRequest {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => MethodRequest)
  methodList!: MethodRequest[];
}

@Injectable()
class Tenants {
  async find(appKey: string) {
    const tenant = await prisma.appKey.findUnique({ where: { value: appKey } });
    const isExpired = tenant?.expiresAt && tenant.expiresAt < new Date();
    if (!tenant || tenant.disabled || isExpired) throw new NotFoundException();
    return tenant;
  }
}

@Controller('v1.0/appkeys/:appKey/services')
class ServicesController {
  constructor(private readonly tenants: Tenants) {}

  @Get()
  async list(@Param('appKey') appKey: string, @Query() { page, limit }: PageQuery) {
    const { projectId } = await this.tenants.find(appKey);
    const [rows, totalCount] = await Promise.all([
      prisma.service.findMany({
        where: { projectId },
        include: { appKey: true },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        skip: (page - 1) * limit,
        take: limit,
      }),
      prisma.service.count({ where: { projectId } }),
    ]);
    return { header, paging: { limit, page, totalCount }, apigwServiceList: rows.map(presentService) };
  }

  @Get(':serviceId')
  async get(@Param('appKey') appKey: string, @Param('serviceId') id: string) {
    const { projectId } = await this.tenants.find(appKey);
    const row = await prisma.service.findFirst({ where: { id, projectId }, include: { appKey: true } });
    if (!row) throw new NotFoundException();
    return { header, apigwService: presentService(row) };
  }

  @Post()
  @HttpCode(200)
  async create(@Param('appKey') appKey: string, @Body() request: CreateServiceRequest) {
    const { projectId, id: appKeyId } = await this.tenants.find(appKey);
    const row = await prisma.$transaction(async (tx) => {
      if ((await tx.service.count({ where: { projectId } })) >= MAX_SERVICES) throw new NotFoundException();
      const group = await tx.serverGroup.findUniqueOrThrow({ where: { regionCode: request.regionCode } });
      const data = {
        id: newId(),
        projectId,
        appKeyId,
        serverGroupId: group.id,
        regionCode: request.regionCode,
        name: request.apigwServiceName,
        description: request.apigwServiceDescription ?? '',
      };
      const made = await tx.service.create({ data, include: { appKey: true } });
      await tx.resource.create({ data: { id: newId(), projectId, serviceId: made.id, path: '/', pathPattern: '/' } });
      return made;
    });
    return { header, apigwService: presentService(row) };
  }

  @Get(':serviceId/stages')
  async stages(@Param('appKey') appKey: string, @Param('serviceId') serviceId: string, @Query() query: PageQuery) {
    const { page, limit } = query;
    const { projectId } = await this.tenants.find(appKey);
    const service = await prisma.service.findFirst({ where: { id: serviceId, projectId } });
    if (!service) throw new NotFoundException();
    const [rows, totalCount] = await Promise.all([
      prisma.stage.findMany({
        where: { serviceId },
        include: { hosts: { where: { customDomainId: { not: null } }, orderBy: { createdAt: 'asc' } } },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        skip: (page - 1) * limit,
        take: limit,
      }),
      prisma.stage.count({ where: { serviceId } }),
    ]);
    const stageList = rows.map((row) => presentStage(row, service.regionCode));
    return { header, paging: { limit, page, totalCount }, stageList };
  }

  @Get(':serviceId/stages/:stageId/deploys/latest')
  async latest(
    @Param('appKey') appKey: string,
    @Param('serviceId') serviceId: string,
    @Param('stageId') stageId: string,
  ) {
    const { projectId } = await this.tenants.find(appKey);
    const stage = await prisma.stage.findFirst({ where: { id: stageId, serviceId, projectId } });
    if (!stage) throw new NotFoundException();
    const deployment = await prisma.deployment.findFirst({
      where: { stageId },
      omit: { snapshot: true, documentation: true },
      orderBy: [{ deployedAt: 'desc' }, { id: 'desc' }],
    });
    if (!deployment) throw new NotFoundException();
    return { header, latestStageDeployResult: presentDeployment(deployment, stage) };
  }

  @Post(':serviceId/resources/:resourceId/methods')
  @HttpCode(200)
  async createMethods(
    @Param('appKey') appKey: string,
    @Param('serviceId') serviceId: string,
    @Param('resourceId') resourceId: string,
    @Body() request: CreateMethodsRequest,
  ) {
    const { projectId } = await this.tenants.find(appKey);
    const made = await prisma.$transaction(async (tx) => {
      const tree = await tx.resource.findMany({ where: { serviceId, projectId }, include: { plugins: true } });
      const parent = tree.find(({ id }) => id === resourceId);
      if (!parent) throw new NotFoundException();
      const rows = [];
      for (const { methodType, methodName, methodPluginList } of request.methodList) {
        const { path, pathPattern } = parent;
        const plugins = methodPluginList.map((plugin) => ({
          id: newId(),
          pluginType: plugin.pluginType,
          config: plugin.pluginConfigJson,
        }));
        const data = { id: newId(), projectId, serviceId, path, pathPattern, parentPath: path, methodType, methodName };
        rows.push(
          await tx.resource.create({ data: { ...data, plugins: { create: plugins } }, include: { plugins: true } }),
        );
      }
      await tx.service.update({ where: { id: serviceId }, data: { resourceRevision: { increment: 1 } } });
      return rows;
    });
    return { header, resourceList: made.map(presentResource) };
  }
}

@Controller('health/ready')
class HealthController {
  @Get()
  ready() {
    return {};
  }
}

@Module({ controllers: [ServicesController, HealthController], providers: [Tenants] })
class PlainModule {}

const app = await NestFactory.create<NestFastifyApplication>(PlainModule, new FastifyAdapter(), { logger: false });
app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true }));
app.enableShutdownHooks();
await app.listen(Number(process.env['PORT']), process.env['HOST'] ?? '127.0.0.1');
