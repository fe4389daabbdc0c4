import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { metricBatchSchema, SYNC_PREFIX } from '../../../contract/sync.js';
import { AppError } from '../../../errors/index.js';
import { GatewayTokenGuard } from '../../routers/index.js';
import { MetricsService } from './metrics.service.js';

/** Where gateways say what they have counted; see contract/sync.ts. */
@ApiExcludeController()
@UseGuards(GatewayTokenGuard)
@Controller(SYNC_PREFIX)
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Post('gateways/:gatewayId/metrics')
  @HttpCode(204)
  async accept(@Param('gatewayId') gatewayId: string, @Body() body: object): Promise<void> {
    const parsed = metricBatchSchema.safeParse(body);
    if (!parsed.success) throw new AppError('INVALID_INPUT', [], { cause: parsed.error });
    await this.metrics.accept(gatewayId, parsed.data);
  }
}
