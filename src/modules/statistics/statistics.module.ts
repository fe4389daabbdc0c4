import { Module } from '@nestjs/common';
import { RoutersModule } from '../routers/index.js';
import { MetricsController } from './counting/metrics.controller.js';
import { MetricsService } from './counting/metrics.service.js';
import { RetentionService } from './counting/retention.service.js';
import { StatisticsController } from './statistics.controller.js';
import { StatisticsService } from './statistics.service.js';

/** Statistics: what the gateways have counted, and the questions over it. */
@Module({
  imports: [RoutersModule],
  controllers: [MetricsController, StatisticsController],
  providers: [MetricsService, RetentionService, StatisticsService],
})
export class StatisticsModule {}
