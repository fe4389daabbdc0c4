import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { receiptsSchema } from '../../contract/sync.js';
import { AppError } from '../../errors/index.js';
import { CurrentGateway, type GatewayCaller, SyncController } from '../routers/index.js';
import { SettlementService } from './settlement.service.js';

/** Where gateways say what they made of deployments; see contract/sync.ts. */
@SyncController()
export class ReceiptsController {
  constructor(private readonly settlement: SettlementService) {}

  @Post('gateways/:gatewayId/receipts')
  @HttpCode(204)
  async accept(
    @CurrentGateway() { scope }: GatewayCaller,
    @Param('gatewayId') gatewayId: string,
    @Body() body: object,
  ): Promise<void> {
    const parsed = receiptsSchema.safeParse(body);
    if (!parsed.success) throw new AppError('INVALID_INPUT', [], { cause: parsed.error });
    await this.settlement.accept({ gatewayId, serverGroupId: scope?.serverGroupId }, parsed.data.receipts);
  }
}
