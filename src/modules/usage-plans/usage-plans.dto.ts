import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../http/index.js';
import { StageDomainAnswer } from '../stages/index.js';

const MAX_NAME_LENGTH = 50;
const MAX_DESCRIPTION_LENGTH = 200;
const MAX_REQUESTS_PER_SECOND = 5000;
const MAX_QUOTA = 2_147_483_647;

export const quotaPeriodUnits = ['DAY', 'MONTH'] as const;
/** After what time a quota begins anew, at 00:00 UTC. */
export type QuotaPeriodUnit = (typeof quotaPeriodUnits)[number];

/** Body of a usage plan's creation and modification; what is absent or null is not limited. */
export class UsagePlanRequest {
  @ApiProperty({ maxLength: MAX_NAME_LENGTH, example: 'Basic' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  usagePlanName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_DESCRIPTION_LENGTH, example: 'For most users' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  usagePlanDescription?: string | null;

  @ApiPropertyOptional({ type: 'integer', nullable: true, minimum: 1, maximum: MAX_REQUESTS_PER_SECOND, example: 10 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_REQUESTS_PER_SECOND)
  rateLimitRequestPerSecond?: number | null;

  @ApiPropertyOptional({ type: String, enum: quotaPeriodUnits, nullable: true, example: 'DAY' })
  @IsOptional()
  @IsIn(quotaPeriodUnits)
  quotaLimitPeriodUnitCode?: QuotaPeriodUnit | null;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: MAX_QUOTA,
    example: 100,
    description: 'Requests in a period; required with quotaLimitPeriodUnitCode and not allowed without it.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_QUOTA)
  quotaLimit?: number | null;
}

/** A usage plan in answers. */
export class UsagePlanAnswer {
  @ApiProperty({ example: 'hP4nJ7rWq2xYz9Tb' })
  appKey!: string;

  @ApiProperty({ example: 'u1s2a3g4e5p6l7a8n9i0' })
  usagePlanId!: string;

  @ApiProperty({ example: 'Basic' })
  usagePlanName!: string;

  @ApiProperty({ example: 'For most users' })
  usagePlanDescription!: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 10, description: 'null is no limit.' })
  rateLimitRequestPerSecond!: number | null;

  @ApiProperty({
    type: String,
    enum: quotaPeriodUnits,
    nullable: true,
    example: 'DAY',
    description: 'null is no quota.',
  })
  quotaLimitPeriodUnitCode!: QuotaPeriodUnit | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 100 })
  quotaLimit!: number | null;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one usage plan. */
export class OneUsagePlanAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  usagePlan!: UsagePlanAnswer;
}

/** Answer with a page of usage plans. */
export class UsagePlanListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [UsagePlanAnswer] })
  usagePlanList!: UsagePlanAnswer[];
}

/** A stage that is connected to a usage plan, in answers. */
export class UsagePlanStageAnswer {
  @ApiProperty({ example: 'KR1' })
  regionCode!: string;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 'petstore' })
  apigwServiceName!: string;

  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'alpha', description: 'null is the default stage.' })
  stageName!: string | null;

  @ApiProperty({ example: 'kr1-k3v9x0q2m7b1c5d8e4f6-alpha.api.localhost', description: 'Host name of the stage.' })
  stageUrl!: string;

  @ApiProperty({ type: [StageDomainAnswer], example: [] })
  stageCustomDomainList!: StageDomainAnswer[];

  @ApiProperty({ example: 'u1s2a3g4e5p6l7a8n9i0' })
  usagePlanId!: string;

  @ApiProperty({ example: 'Basic' })
  usagePlanName!: string;
}

/** Answer with one stage of a usage plan. */
export class OneUsagePlanStageAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  usagePlanStage!: UsagePlanStageAnswer;
}

/** Answer with a page of the stages of a usage plan. */
export class UsagePlanStageListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [UsagePlanStageAnswer] })
  usagePlanStageList!: UsagePlanStageAnswer[];
}
