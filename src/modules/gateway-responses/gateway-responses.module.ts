import { Module } from '@nestjs/common';
import { GatewayResponsesController } from './gateway-responses.controller.js';
import { GatewayResponsesService } from './gateway-responses.service.js';

/** Gateway responses: what the gateway's own failures look like to the clients of a service. */
@Module({ controllers: [GatewayResponsesController], providers: [GatewayResponsesService] })
export class GatewayResponsesModule {}
