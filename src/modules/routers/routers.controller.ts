import { Controller, Delete, Get, HttpCode, Param, Query, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AccessPage } from '../../contract/access.js';
import { type Manifest, SYNC_PREFIX } from '../../contract/sync.js';
import { whenGone } from '../../http/index.js';
import { AccessService } from './access.service.js';
import { GatewayTokenGuard } from './gateway-token.guard.js';
import { AccessQuery, ManifestQuery } from './routers.dto.js';
import { RoutersService } from './routers.service.js';

/** What gateways call; see contract/sync.ts. No part of the management API. */
@ApiExcludeController()
@UseGuards(GatewayTokenGuard)
@Controller(SYNC_PREFIX)
export class RoutersController {
  constructor(
    private readonly routers: RoutersService,
    private readonly access: AccessService,
  ) {}

  @Get('gateways/:gatewayId/manifest')
  manifest(
    @Param('gatewayId') gatewayId: string,
    @Query() { region, ...query }: ManifestQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Manifest> {
    return this.routers.manifest({ gatewayId, regionCode: region, ...query }, whenGone(reply));
  }

  @Get('gateways/:gatewayId/access')
  accessPage(
    @Query() { region, ...query }: AccessQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccessPage> {
    return this.access.page({ regionCode: region, ...query }, whenGone(reply));
  }

  @Get('snapshots/:deploymentId')
  snapshot(@Param('deploymentId') deploymentId: string): Promise<{ hash: string; snapshot: unknown }> {
    return this.routers.snapshot(deploymentId);
  }

  @Delete('gateways/:gatewayId')
  @HttpCode(204)
  remove(@Param('gatewayId') gatewayId: string): Promise<void> {
    return this.routers.remove(gatewayId);
  }
}
