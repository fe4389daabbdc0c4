import { Module } from '@nestjs/common';
import { AccessLookup } from './access-lookup.service.js';
import { AccessService } from './access.service.js';
import { GatewayTokensController } from './gateway-tokens/gateway-tokens.controller.js';
import { GatewayTokensService } from './gateway-tokens/gateway-tokens.service.js';
import { Nudges } from './nudges.js';
import { RecentSnapshots } from './recent-snapshots.js';
import { RoutersController } from './routers.controller.js';
import { RoutersService } from './routers.service.js';

/** The running gateways: who is let in, who is alive, and what they should serve. */
@Module({
  controllers: [RoutersController, GatewayTokensController],
  providers: [RoutersService, AccessLookup, AccessService, Nudges, GatewayTokensService, RecentSnapshots],
  exports: [AccessLookup, Nudges, RecentSnapshots],
})
export class RoutersModule {}
