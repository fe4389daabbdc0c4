import { Delete, Get, Header, Headers, HttpCode, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { AccessPage } from '../../contract/access.js';
import { SNAPSHOT_BASE_HEADER } from '../../contract/snapshot-delta.js';
import type { Manifest } from '../../contract/sync.js';
import { whenGone } from '../../http/index.js';
import { AccessService } from './access.service.js';
import { CurrentGateway, type GatewayCaller } from './admission/gateway-caller.js';
import { demandRegion } from './admission/region.rules.js';
import { SyncController } from './admission/sync-controller.js';
import { AccessQuery, ManifestQuery } from './routers.dto.js';
import { RoutersService } from './routers.service.js';

/** What gateways call; see contract/sync.ts. No part of the management API. */
@SyncController()
export class RoutersController {
  constructor(
    private readonly routers: RoutersService,
    private readonly access: AccessService,
  ) {}

  @Get('gateways/:gatewayId/manifest')
  manifest(
    @CurrentGateway() caller: GatewayCaller,
    @Param('gatewayId') gatewayId: string,
    @Query() { region, ...query }: ManifestQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Manifest> {
    demandRegion(caller, region);
    return this.routers.manifest(caller, { gatewayId, regionCode: region, ...query }, whenGone(reply));
  }

  @Get('gateways/:gatewayId/access')
  accessPage(
    @CurrentGateway() caller: GatewayCaller,
    @Query() { region, ...query }: AccessQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AccessPage> {
    demandRegion(caller, region);
    return this.access.page({ regionCode: region, ...query }, whenGone(reply));
  }

  @Get('snapshots/:deploymentId')
  @Header('Content-Type', 'application/json; charset=utf-8')
  snapshot(
    @CurrentGateway() caller: GatewayCaller,
    @Param('deploymentId') deploymentId: string,
    @Headers(SNAPSHOT_BASE_HEADER) base?: string,
  ): Promise<string> {
    return this.routers.snapshot(caller, deploymentId, base ?? null);
  }

  @Delete('gateways/:gatewayId')
  @HttpCode(204)
  remove(@CurrentGateway() caller: GatewayCaller, @Param('gatewayId') gatewayId: string): Promise<void> {
    return this.routers.remove(caller, gatewayId);
  }
}
