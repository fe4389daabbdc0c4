import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { httpMethods } from '../../contract/plugins/index.js';
import { HeaderAnswer, Instant, PageQuery, PagingAnswer, WholeNumber } from '../../http/index.js';
import { StageDomainAnswer } from '../stages/index.js';
import { type MetricUnit, type TopServiceOrder, topServiceOrders, unitLengthsMs } from './statistics.rules.js';

const MAX_LAST_DAYS = 30;

/** Query of statistics over a period. */
export class PeriodQuery {
  @Instant('Begin of the period, at most 90 days back.', 1)
  startTime!: Date;

  @Instant('End of the period.', 0)
  endTime!: Date;
}

/** Query of the statistics by stage resource. */
export class ResourceMetricsQuery extends IntersectionType(PeriodQuery, PageQuery) {}

/** Query of the top services. */
export class TopServicesQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_LAST_DAYS,
    default: 7,
    description: 'Days (UTC) of the period, today being one of them.',
  })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(MAX_LAST_DAYS)
  lastDays: number = 7;

  @ApiPropertyOptional({ enum: topServiceOrders, default: 'CALL_COUNT', description: 'Largest first.' })
  @IsOptional()
  @IsIn(topServiceOrders)
  order: TopServiceOrder = 'CALL_COUNT';
}

/** Calls by the status that they were answered with. */
class StatusCountsAnswer {
  @ApiProperty({ type: 'integer', example: 29 })
  status2xxCount!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  status3xxCount!: number;

  @ApiProperty({ type: 'integer', example: 18 })
  status4xxCount!: number;

  @ApiProperty({ type: 'integer', example: 0 })
  status5xxCount!: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Calls with any other status.' })
  statusEtcCount!: number;

  @ApiProperty({ type: 'integer', example: 35, description: 'Mean response time, rounded; 0 without calls.' })
  avgResponseTimeMs!: number;

  @ApiProperty({ type: 'integer', example: 26059, description: 'What was sent to the clients.' })
  networkOutboundByte!: number;
}

/** Calls of a stage or of a route of it. */
export class CallCountsAnswer extends StatusCountsAnswer {
  @ApiProperty({ type: 'integer', example: 31, description: 'Calls answered with 2xx or 3xx.' })
  successCount!: number;

  @ApiProperty({ type: 'integer', example: 18, description: 'Calls answered with 4xx or 5xx.' })
  failCount!: number;
}

/** Calls of a route. */
export class ResourceMetricsAnswer extends CallCountsAnswer {
  @ApiProperty({ example: '/members/{memberId}' })
  uriPattern!: string;

  @ApiProperty({ enum: httpMethods, example: 'GET' })
  httpMethodType!: string;
}

/** Calls of a stage in one time unit. */
export class StageMetricsPointAnswer extends CallCountsAnswer {
  @ApiProperty({ type: 'integer', example: 1_635_346_800_000, description: 'Begin of the unit, epoch milliseconds.' })
  dateTime!: number;
}

/** Calls of one of the top services. */
export class TopServiceAnswer extends StatusCountsAnswer {
  @ApiProperty({ type: 'integer', example: 1 })
  rank!: number;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 'petshop' })
  apigwServiceName!: string;

  @ApiProperty({ type: 'integer', example: 49 })
  callCount!: number;

  @ApiProperty({ type: 'integer', example: 18, description: 'Calls answered with 4xx or 5xx.' })
  failCallCount!: number;

  @ApiProperty({ type: 'integer', example: 31, description: 'Calls answered with 2xx or 3xx.' })
  successCallCount!: number;
}

/** Calls on one day. */
export class DayCountAnswer {
  @ApiProperty({
    type: 'integer',
    example: 1_635_292_800_000,
    description: '00:00 UTC of the day, epoch milliseconds.',
  })
  dateTime!: number;

  @ApiProperty({ type: 'integer', example: 8 })
  count!: number;
}

/** Calls by day. */
export class ApiKeyTimeSeriesAnswer {
  @ApiProperty({ type: [DayCountAnswer] })
  callCount!: DayCountAnswer[];
}

/** Calls with an API key to one stage. */
export class ApiKeyStageMetricsAnswer {
  @ApiProperty({ type: String, nullable: true, example: 'alpha', description: 'null is the default stage.' })
  stageName!: string | null;

  @ApiProperty({ example: 'kr1-k3v9x0q2m7b1c5d8e4f6-alpha.api.localhost' })
  stageUrl!: string;

  @ApiProperty({ type: [StageDomainAnswer], example: [] })
  stageCustomDomainList!: StageDomainAnswer[];

  @ApiProperty()
  apiKeyMetricsTimeSeries!: ApiKeyTimeSeriesAnswer;
}

/** The head of every answer with statistics. */
class UpdatedAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-21T06:00:00.000Z',
    description: 'When counts were last taken in; null when there are none yet.',
  })
  metricsLatestUpdatedAt!: Date | null;
}

/** Answer with the statistics by stage resource. */
export class ResourceMetricsListAnswer extends UpdatedAnswer {
  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [ResourceMetricsAnswer] })
  data!: ResourceMetricsAnswer[];
}

/** Answer with the statistics of a stage as a graph. */
export class StageMetricsGraphAnswer extends UpdatedAnswer {
  @ApiProperty({ type: [StageMetricsPointAnswer], description: 'Oldest first; units without calls are there too.' })
  data!: StageMetricsPointAnswer[];

  @ApiProperty({ enum: Object.keys(unitLengthsMs), example: 'TEN_MINUTES' })
  timeUnit!: MetricUnit;
}

/** Answer with the statistics of an API key. */
@ApiExtraModels(ApiKeyStageMetricsAnswer)
export class ApiKeyMetricsAnswer extends UpdatedAnswer {
  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(ApiKeyStageMetricsAnswer) },
    example: {},
    description: 'By the host name of the stage: stages that the key is connected to, and those that it called.',
  })
  data!: Record<string, ApiKeyStageMetricsAnswer>;

  @ApiProperty({ enum: ['ONE_DAYS'], example: 'ONE_DAYS' })
  timeUnit!: MetricUnit;
}

/** Answer with the top services. */
export class TopServicesAnswer extends UpdatedAnswer {
  @ApiProperty({ type: [TopServiceAnswer] })
  data!: TopServiceAnswer[];
}
