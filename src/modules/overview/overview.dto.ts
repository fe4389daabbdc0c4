import { ApiProperty } from '@nestjs/swagger';
import { httpMethods } from '../../contract/plugins/index.js';
import { HeaderAnswer } from '../../http/index.js';
import { healthStatuses, type HealthStatus, reasonCodes } from './health.rules.js';

const deploymentStatuses = ['DEPLOYING', 'COMPLETE', 'FAILURE'] as const;
const gatewayStatuses = ['SERVING', 'REFUSED', 'PENDING', 'GONE'] as const;
const integer = { type: 'integer' } as const;
const DATE = '2026-11-21T06:00:00.000Z';

/** How calls have ended in some time. */
export class CallCountsAnswer {
  @ApiProperty({ ...integer, example: 12000 })
  callCount!: number;

  @ApiProperty({ ...integer, example: 40 })
  status4xxCount!: number;

  @ApiProperty({ ...integer, example: 3 })
  status5xxCount!: number;

  @ApiProperty({ ...integer, example: 12, description: 'Of all calls; 0 without one.' })
  averageDurationMs!: number;
}

/** Why a stage is not HEALTHY. */
export class HealthReasonAnswer {
  @ApiProperty({ enum: reasonCodes, example: 'GATEWAYS_BEHIND' })
  reasonCode!: (typeof reasonCodes)[number];

  @ApiProperty({ example: '1 of 3 gateways do not serve what is live.' })
  message!: string;
}

/** What is live. */
export class LiveDeploymentAnswer {
  @ApiProperty({ example: 'd1e2p3l4o5y6i7d8x9a0' })
  deployId!: string;

  @ApiProperty({ example: 'second try' })
  deployDescription!: string;

  @ApiProperty({ example: DATE })
  deployedAt!: Date;

  @ApiProperty({ ...integer, example: 86400 })
  ageSeconds!: number;
}

/** The last deployment, whatever became of it. */
export class LastDeploymentAnswer {
  @ApiProperty({ example: 'd1e2p3l4o5y6i7d8x9a0' })
  deployId!: string;

  @ApiProperty({ enum: deploymentStatuses, example: 'COMPLETE' })
  deployStatus!: (typeof deploymentStatuses)[number];

  @ApiProperty({ type: String, nullable: true, example: null })
  failureReason!: string | null;

  @ApiProperty({ example: DATE })
  deployedAt!: Date;
}

/** A stage at a glance. */
export class StageOverviewAnswer {
  @ApiProperty({ example: 's1t2a3g4e5i6d7x8a9b0' })
  stageId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'beta' })
  stageName!: string | null;

  @ApiProperty({ enum: healthStatuses, example: 'HEALTHY' })
  stageHealthStatus!: HealthStatus;

  @ApiProperty({ type: [HealthReasonAnswer] })
  reasonList!: HealthReasonAnswer[];

  @ApiProperty({ type: LiveDeploymentAnswer, nullable: true, example: null, description: 'null: nothing is live.' })
  liveDeployment!: LiveDeploymentAnswer | null;

  @ApiProperty({ type: LastDeploymentAnswer, nullable: true, example: null, description: 'null: there is none.' })
  lastDeployment!: LastDeploymentAnswer | null;

  @ApiProperty({ ...integer, example: 3, description: 'Gateways of the region that are alive.' })
  aliveGatewayCount!: number;

  @ApiProperty({ ...integer, example: 3, description: 'Those of them that serve what is live.' })
  servingGatewayCount!: number;

  @ApiProperty()
  lastHour!: CallCountsAnswer;

  @ApiProperty()
  lastDay!: CallCountsAnswer;
}

/** A gateway that should serve a stage. */
export class StageGatewayAnswer {
  @ApiProperty({ example: 'g1a2t3e4w5a6y7i8d9x0' })
  gatewayId!: string;

  @ApiProperty({
    enum: gatewayStatuses,
    example: 'SERVING',
    description: 'Of what is live. GONE: it is not alive, and has not signed off.',
  })
  gatewayStatus!: (typeof gatewayStatuses)[number];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it refused.' })
  reason!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: DATE })
  servingSince!: Date | null;

  @ApiProperty({ example: DATE })
  lastSeenAt!: Date;
}

/** A key that has used at least 80 % of its quota in a stage. */
export class KeyNearQuotaAnswer {
  @ApiProperty({ example: 'k1e2y3i4d5x6a7b8c9d0' })
  apiKeyId!: string;

  @ApiProperty({ example: 'partner' })
  apiKeyName!: string;

  @ApiProperty({ example: 's1t2a3g4e5i6d7x8a9b0' })
  stageId!: string;

  @ApiProperty({ example: 'u1s2a3g4e5p6l7a8n9x0' })
  usagePlanId!: string;

  @ApiProperty({ ...integer, example: 900, description: 'As gateways have reported.' })
  used!: number;

  @ApiProperty({ ...integer, example: 1000 })
  limit!: number;

  @ApiProperty({ example: '2026-11-22T00:00:00.000Z' })
  periodEndsAt!: Date;

  @ApiProperty({ example: DATE })
  reportedAt!: Date;
}

/** What a console shows first of a stage. */
export class StageHealthDetailAnswer extends StageOverviewAnswer {
  @ApiProperty({
    type: Boolean,
    nullable: true,
    example: true,
    description: 'Whether a deployment would change what is live; null: one of the two cannot be read.',
  })
  isDrifted!: boolean | null;

  @ApiProperty({ ...integer, nullable: true, example: 2, description: 'Differences; GET …/diff lists them.' })
  changeCount!: number | null;

  @ApiProperty({ type: [StageGatewayAnswer], description: 'Those that were seen in the last day, 100 at most.' })
  gatewayList!: StageGatewayAnswer[];

  @ApiProperty({ ...integer, example: 1, description: 'Keys that have used at least 80 % of their quota.' })
  keyNearQuotaCount!: number;

  @ApiProperty({ type: [KeyNearQuotaAnswer], description: 'The first 20, those who have used most first.' })
  keyNearQuotaList!: KeyNearQuotaAnswer[];
}

/** Answer with the health of a stage. */
export class StageHealthAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  stageHealth!: StageHealthDetailAnswer;
}

/** A route by its calls of the last 24 hours. */
export class TopRouteAnswer {
  @ApiProperty({ example: 's1t2a3g4e5i6d7x8a9b0' })
  stageId!: string;

  @ApiProperty({ example: '/pets' })
  path!: string;

  @ApiProperty({ enum: httpMethods, example: 'GET' })
  methodType!: string;

  @ApiProperty({ ...integer, example: 12000 })
  callCount!: number;

  @ApiProperty({ ...integer, example: 4, description: 'Answered with 4xx or 5xx.' })
  failureCount!: number;
}

/** What a console shows first of a service. */
export class ServiceUsageDetailAnswer {
  @ApiProperty({ ...integer, example: 2 })
  stageCount!: number;

  @ApiProperty({ ...integer, example: 1, description: 'Usage plans that are connected to its stages.' })
  usagePlanCount!: number;

  @ApiProperty({ ...integer, example: 12 })
  subscriptionCount!: number;

  @ApiProperty({ description: 'Of all stages.' })
  lastHour!: CallCountsAnswer;

  @ApiProperty({ description: 'Of all stages.' })
  lastDay!: CallCountsAnswer;

  @ApiProperty({ type: [StageOverviewAnswer], description: 'The oldest first, 100 at most.' })
  stageList!: StageOverviewAnswer[];

  @ApiProperty({ type: [TopRouteAnswer], description: 'Those that were called most in the last 24 hours, 20 at most.' })
  topRouteList!: TopRouteAnswer[];

  @ApiProperty({ ...integer, example: 1, description: 'Keys that have used at least 80 % of their quota in a stage.' })
  keyNearQuotaCount!: number;

  @ApiProperty({ type: [KeyNearQuotaAnswer], description: 'The first 20, those who have used most first.' })
  keyNearQuotaList!: KeyNearQuotaAnswer[];
}

/** Answer with the usage of a service. */
export class ServiceUsageAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  serviceUsage!: ServiceUsageDetailAnswer;
}
