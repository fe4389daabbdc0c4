import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { metricBatchSchema } from '../../../contract/sync.js';
import { AppError } from '../../../errors/index.js';
import { CurrentGateway, type GatewayCaller, SyncController } from '../../routers/index.js';
import { MetricsService } from './metrics.service.js';

/** Where gateways say what they have counted; see contract/sync.ts. */
@SyncController()
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Post('gateways/:gatewayId/metrics')
  @HttpCode(204)
  async accept(
    @CurrentGateway() { scope }: GatewayCaller,
    @Param('gatewayId') gatewayId: string,
    @Body() body: object,
  ): Promise<void> {
    const parsed = metricBatchSchema.safeParse(body);
    if (!parsed.success) throw new AppError('INVALID_INPUT', [], { cause: parsed.error });
    await this.metrics.accept({ gatewayId, serverGroupId: scope?.serverGroupId }, parsed.data);
  }
}
