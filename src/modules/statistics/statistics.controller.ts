import { Controller, Get, Param, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, Settings, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  ApiKeyMetricsAnswer,
  PeriodQuery,
  ResourceMetricsListAnswer,
  ResourceMetricsQuery,
  StageMetricsGraphAnswer,
  TopServicesAnswer,
  TopServicesQuery,
} from './statistics.dto.js';
import { presentApiKeySeries, presentPoint, presentRoute, presentTopService } from './statistics.presenter.js';
import { StatisticsService } from './statistics.service.js';

@ApiTags('Statistics')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths(''))
export class StatisticsController {
  constructor(
    private readonly statistics: StatisticsService,
    private readonly settings: Settings,
  ) {}

  @Get('services/:apigwServiceId/stages/:stageId/metrics')
  @Operation({
    id: 'getResourceMetrics',
    summary: 'Query statistics by stage resource',
    description: 'Of the methods that were called in the period, by path and method. A minute counts whole.',
    answer: ResourceMetricsListAnswer,
    errors: ['STATISTICS_PERIOD_INVALID', 'SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async byRoute(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Query() query: ResourceMetricsQuery,
  ): Promise<ResourceMetricsListAnswer> {
    const { items, paging, updatedAt } = await this.statistics.byRoute(tenant, { serviceId, stageId }, query);
    return success({ paging, data: items.map(presentRoute), metricsLatestUpdatedAt: updatedAt });
  }

  @Get('services/:apigwServiceId/stages/:stageId/metrics/time-series')
  @Operation({
    id: 'getStageMetrics',
    summary: 'Query statistics of a stage over time',
    description:
      'An addition to the published API. The time unit goes by the period: minutes under an hour, ten minutes under ' +
      'a day, hours under a week, else days (UTC). Calls that matched no method of the stage are counted too.',
    answer: StageMetricsGraphAnswer,
    errors: ['STATISTICS_PERIOD_INVALID', 'SERVICE_NOT_FOUND', 'STAGE_NOT_FOUND'],
  })
  async graph(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Param('stageId') stageId: string,
    @Query() period: PeriodQuery,
  ): Promise<StageMetricsGraphAnswer> {
    const { unit, points, updatedAt } = await this.statistics.graph(tenant, serviceId, stageId, period);
    return success({ data: points.map(presentPoint), metricsLatestUpdatedAt: updatedAt, timeUnit: unit });
  }

  @Get('apikeys/:apiKeyId/metrics')
  @Operation({
    id: 'getApiKeyMetrics',
    summary: 'Query statistics by API key',
    description: 'By day (UTC), all days that the period touches, up to today.',
    answer: ApiKeyMetricsAnswer,
    errors: ['STATISTICS_PERIOD_INVALID', 'API_KEY_NOT_FOUND'],
  })
  async byApiKey(
    @CurrentTenant() tenant: Tenant,
    @Param('apiKeyId') apiKeyId: string,
    @Query() period: PeriodQuery,
  ): Promise<ApiKeyMetricsAnswer> {
    const { series, updatedAt } = await this.statistics.byApiKey(tenant, apiKeyId, period);
    const data = presentApiKeySeries(series, this.settings.stageDomain);
    return success({ data, metricsLatestUpdatedAt: updatedAt, timeUnit: 'ONE_DAYS' });
  }

  @Get('metrics/top-services')
  @Operation({
    id: 'getTopServices',
    summary: 'Query the top 10 services',
    description: 'Of the services that were called in the last days.',
    answer: TopServicesAnswer,
    errors: [],
  })
  async topServices(@CurrentTenant() tenant: Tenant, @Query() query: TopServicesQuery): Promise<TopServicesAnswer> {
    const { services, updatedAt } = await this.statistics.topServices(tenant, query.lastDays, query.order);
    return success({ data: services.map(presentTopService), metricsLatestUpdatedAt: updatedAt });
  }
}
