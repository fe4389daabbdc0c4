import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { isAddressOrCidr } from '../../../kernel/addresses.js';
import { HeaderAnswer, PagingAnswer, UniqueList } from '../../../http/index.js';
import { restrictionLimits } from '../restriction-policies.rules.js';

const { valueLength, minRequestsPerSecond, maxRequestsPerSecond, addressesPerValue } = restrictionLimits;

/** What the addresses of a key value are for: only they are let in, or they are kept out. */
export const ipAccessControlTypes = ['ALLOW', 'DENY'] as const;
/** What the addresses of a key value are for. */
export type IpAccessControlType = (typeof ipAccessControlTypes)[number];

/** Body of a key value's modification; the value stays. */
export class ModifyKeyValueRequest {
  @ApiPropertyOptional({
    type: 'integer',
    nullable: true,
    minimum: minRequestsPerSecond,
    maximum: maxRequestsPerSecond,
    example: 10,
    description: "null: the policy's default.",
  })
  @IsOptional()
  @IsInt()
  @Min(minRequestsPerSecond)
  @Max(maxRequestsPerSecond)
  requestsPerSecond?: number | null;

  @ApiPropertyOptional({
    type: String,
    enum: ipAccessControlTypes,
    nullable: true,
    example: 'ALLOW',
    description: 'ALLOW lets only the listed addresses in, DENY keeps them out. Needed when addresses are listed.',
  })
  @IsOptional()
  @IsIn(ipAccessControlTypes)
  ipAccessControlType?: IpAccessControlType | null;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    maxItems: addressesPerValue,
    example: ['10.0.0.1', '10.1.0.0/16'],
    description: 'IPv4 and IPv6 addresses and CIDRs; without any, addresses are not looked at.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(addressesPerValue)
  @UniqueList()
  @ValidateBy(
    {
      name: 'isAddressOrCidr',
      validator: {
        validate: (value: unknown) => typeof value === 'string' && isAddressOrCidr(value),
        defaultMessage: () => 'every entry must be an IP address or a CIDR',
      },
    },
    { each: true },
  )
  ipAccessControlList?: string[] | null;
}

/** Body of a key value's creation. */
export class CreateKeyValueRequest extends ModifyKeyValueRequest {
  @ApiProperty({ maxLength: valueLength, example: 'member-1' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(valueLength)
  requestRestrictionKeyValue!: string;
}

/** A key value of a request restriction policy in answers. */
export class KeyValueAnswer {
  @ApiProperty({ example: 'v1a2l3u4e5i6d7e8x9a0' })
  requestRestrictionKeyValueId!: string;

  @ApiProperty({ example: 'q1r2p3o4l5i6c7y8i9d0' })
  requestRestrictionPolicyId!: string;

  @ApiProperty({ example: 'member-1' })
  requestRestrictionKeyValue!: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 10 })
  requestsPerSecond!: number | null;

  @ApiProperty({ type: String, enum: ipAccessControlTypes, nullable: true, example: 'ALLOW' })
  ipAccessControlType!: IpAccessControlType | null;

  @ApiProperty({ type: [String], example: ['10.0.0.1', '10.1.0.0/16'] })
  ipAccessControlList!: string[];

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;
}

/** Answer with one key value. */
export class OneKeyValueAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  requestRestrictionKeyValue!: KeyValueAnswer;
}

/** Answer with a page of key values. */
export class KeyValueListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [KeyValueAnswer] })
  requestRestrictionKeyValueList!: KeyValueAnswer[];
}
