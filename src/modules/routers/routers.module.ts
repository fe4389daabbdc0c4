import { Module } from '@nestjs/common';
import { AccessService } from './access.service.js';
import { GatewayTokenGuard } from './gateway-token.guard.js';
import { Nudges } from './nudges.js';
import { RoutersController } from './routers.controller.js';
import { RoutersService } from './routers.service.js';

/** The running gateways: who is alive, and what they should serve. */
@Module({
  controllers: [RoutersController],
  providers: [RoutersService, AccessService, Nudges, GatewayTokenGuard],
  exports: [GatewayTokenGuard, Nudges],
})
export class RoutersModule {}
