import { ApiProperty, ApiPropertyOptional, IntersectionType, PickType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { HeaderAnswer, PageQuery, PagingAnswer, UniqueList } from '../../../http/index.js';
import { FindApiKeysQuery } from '../../api-keys/index.js';
import { UsagePlanAnswer, UsagePlanStageAnswer } from '../usage-plans.dto.js';

const MAX_ID_LENGTH = 50;
const MAX_HOST_NAME_LENGTH = 253;
const MAX_LIST_LENGTH = 100;

export const subscriptionStatuses = ['APPROVAL'] as const;
/** Whether a subscription is good; all are. */
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

/** Query of the list of the stages that a key is connected to. */
export class ListKeySubscriptionsQuery extends PageQuery {
  @ApiPropertyOptional({
    maxLength: MAX_HOST_NAME_LENGTH,
    example: 'alpha.api.localhost',
    description: 'Only stages one of whose host names, custom domains included, contains this text.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_HOST_NAME_LENGTH)
  stageUrl?: string;
}

/** Query of the list of the keys that are connected to a stage. */
export class ListSubscriptionsQuery extends FindApiKeysQuery {
  @ApiPropertyOptional({ enum: subscriptionStatuses, example: 'APPROVAL' })
  @IsOptional()
  @IsIn(subscriptionStatuses)
  apiSubscriptionStatus?: SubscriptionStatus;
}

/** Body of the connection of API keys. */
export class ConnectApiKeysRequest {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MAX_LIST_LENGTH,
    uniqueItems: true,
    example: ['a1p2i3k4e5y6i7d8x9a0'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LIST_LENGTH)
  @UniqueList()
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(MAX_ID_LENGTH, { each: true })
  apiKeyIdList!: string[];
}

/** Body of the disconnection of API keys. */
export class DisconnectApiKeysRequest {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MAX_LIST_LENGTH,
    uniqueItems: true,
    example: ['s1u2b3s4c5r6i7b8e9d0'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_LIST_LENGTH)
  @UniqueList()
  @IsString({ each: true })
  @IsNotEmpty({ each: true })
  @MaxLength(MAX_ID_LENGTH, { each: true })
  apiSubscriptionIdList!: string[];
}

/** Body of the change of a subscription's usage plan. */
export class ChangeUsagePlanRequest {
  @ApiProperty({ maxLength: MAX_ID_LENGTH, example: 'u1s2a3g4e5p6l7a8n9i0' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_ID_LENGTH)
  changeUsagePlanId!: string;
}

/** A subscription in answers: that a key is connected to a stage under a plan. */
export class SubscriptionAnswer {
  @ApiProperty({ example: 's1u2b3s4c5r6i7b8e9d0' })
  subscriptionId!: string;

  @ApiProperty({ enum: subscriptionStatuses, example: 'APPROVAL' })
  subscriptionStatus!: SubscriptionStatus;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Always null.' })
  subscriptionDescription!: string | null;

  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ example: 'u1s2a3g4e5p6l7a8n9i0' })
  usagePlanId!: string;

  @ApiProperty({ example: 'a1p2i3k4e5y6i7d8x9a0' })
  apiKeyId!: string;

  @ApiProperty({ example: 'User1 API Key' })
  apiKeyName!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z', description: 'Changes with the usage plan.' })
  updatedAt!: Date;
}

/** A stage that a key is connected to, with the plan, in answers. */
export class SubscribedStageAnswer extends IntersectionType(
  PickType(UsagePlanStageAnswer, [
    'apigwServiceName',
    'stageId',
    'stageName',
    'stageUrl',
    'stageCustomDomainList',
  ] as const),
  PickType(UsagePlanAnswer, [
    'usagePlanId',
    'usagePlanName',
    'usagePlanDescription',
    'rateLimitRequestPerSecond',
    'quotaLimitPeriodUnitCode',
    'quotaLimit',
  ] as const),
) {
  @ApiProperty({ example: 's1u2b3s4c5r6i7b8e9d0' })
  subscriptionId!: string;

  @ApiProperty({ enum: subscriptionStatuses, example: 'APPROVAL' })
  subscriptionStatus!: SubscriptionStatus;

  @ApiProperty({ example: 'a1p2i3k4e5y6i7d8x9a0' })
  apiKeyId!: string;
}

/** Answer with one subscription. */
export class OneSubscriptionAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  apiSubscription!: SubscriptionAnswer;
}

/** Answer with the subscriptions that were made. */
export class ConnectedApiKeysAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [SubscriptionAnswer] })
  apiSubscriptionList!: SubscriptionAnswer[];
}

/** Answer with a page of the subscriptions of a stage. */
export class SubscriptionListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [SubscriptionAnswer] })
  apiSubscriptionList!: SubscriptionAnswer[];
}

/** Answer with a page of the stages that a key is connected to. */
export class SubscribedStageListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [SubscribedStageAnswer] })
  subscribedStageAndUsagePlanList!: SubscribedStageAnswer[];
}
