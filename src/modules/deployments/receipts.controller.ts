import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { receiptsSchema, SYNC_PREFIX } from '../../contract/sync.js';
import { AppError } from '../../errors/index.js';
import { GatewayTokenGuard } from '../routers/index.js';
import { SettlementService } from './settlement.service.js';

/** Where gateways say what they made of deployments; see contract/sync.ts. */
@ApiExcludeController()
@UseGuards(GatewayTokenGuard)
@Controller(SYNC_PREFIX)
export class ReceiptsController {
  constructor(private readonly settlement: SettlementService) {}

  @Post('gateways/:gatewayId/receipts')
  @HttpCode(204)
  async accept(@Param('gatewayId') gatewayId: string, @Body() body: object): Promise<void> {
    const parsed = receiptsSchema.safeParse(body);
    if (!parsed.success) throw new AppError('INVALID_INPUT', [], { cause: parsed.error });
    await this.settlement.accept(gatewayId, parsed.data.receipts);
  }
}
