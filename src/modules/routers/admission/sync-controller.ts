import { applyDecorators, Controller, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SYNC_PREFIX } from '../../../contract/sync.js';
import { GatewayTokenGuard } from './gateway-token.guard.js';
import { StillGoodInterceptor } from './still-good.interceptor.js';

/** Declares a controller of what gateways call; see contract/sync.ts. No part of the management API. */
export function SyncController(): ClassDecorator {
  return applyDecorators(
    ApiExcludeController(),
    UseGuards(GatewayTokenGuard),
    UseInterceptors(StillGoodInterceptor),
    Controller(SYNC_PREFIX),
  );
}
