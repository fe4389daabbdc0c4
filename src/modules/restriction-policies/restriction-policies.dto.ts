import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { HeaderAnswer, PagingAnswer } from '../../http/index.js';
import { restrictionKeyTypes, type RestrictionKeyType, restrictionLimits } from './restriction-policies.rules.js';

const { nameLength, minRequestsPerSecond, maxRequestsPerSecond } = restrictionLimits;

/** Body of a policy's modification; key type and key stay. */
export class ModifyRestrictionPolicyRequest {
  @ApiProperty({ maxLength: nameLength, example: 'by member' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(nameLength)
  requestRestrictionPolicyName!: string;

  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: minRequestsPerSecond,
    maximum: maxRequestsPerSecond,
    example: 100,
    description: 'For values that the policy does not name; null: they are not limited.',
  })
  @IsOptional()
  @IsInt()
  @Min(minRequestsPerSecond)
  @Max(maxRequestsPerSecond)
  defaultRequestsPerSecond?: number | null;

  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    default: false,
    example: false,
    description: 'Whether answers tell the requests that are left, in X-NHN-RateLimit-Remaining.',
  })
  @IsOptional()
  @IsBoolean()
  remainingRequestsShown?: boolean | null;
}

/** Body of a policy's creation. */
export class CreateRestrictionPolicyRequest extends ModifyRestrictionPolicyRequest {
  @ApiProperty({ enum: restrictionKeyTypes, example: 'PATH_VARIABLE' })
  @IsIn(restrictionKeyTypes)
  requestRestrictionKeyType!: RestrictionKeyType;

  @ApiProperty({ maxLength: nameLength, example: 'memberId', description: 'Name of the path variable or header.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(nameLength)
  requestRestrictionKey!: string;
}

/** A request restriction policy in answers. */
export class RestrictionPolicyAnswer {
  @ApiProperty({ example: 'q1r2p3o4l5i6c7y8i9d0' })
  requestRestrictionPolicyId!: string;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 'by member' })
  requestRestrictionPolicyName!: string;

  @ApiProperty({ enum: restrictionKeyTypes, example: 'PATH_VARIABLE' })
  requestRestrictionKeyType!: RestrictionKeyType;

  @ApiProperty({ example: 'memberId' })
  requestRestrictionKey!: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 100 })
  defaultRequestsPerSecond!: number | null;

  @ApiProperty({ example: false })
  remainingRequestsShown!: boolean;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one request restriction policy. */
export class OneRestrictionPolicyAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  requestRestrictionPolicy!: RestrictionPolicyAnswer;
}

/** Answer with a page of request restriction policies. */
export class RestrictionPolicyListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [RestrictionPolicyAnswer] })
  requestRestrictionPolicyList!: RestrictionPolicyAnswer[];
}
