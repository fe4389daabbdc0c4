import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { HeaderAnswer, PageQuery, PagingAnswer } from '../../http/index.js';

const MAX_NAME_LENGTH = 50;
const MAX_DESCRIPTION_LENGTH = 200;

/** Query of the list of services. */
export class ListServicesQuery extends PageQuery {
  @ApiPropertyOptional({ example: 'KR1', description: 'Region; without it the services of all regions are listed.' })
  @IsOptional()
  @IsString()
  regionCode?: string;
}

/** Body of a service's modification. */
export class ModifyServiceRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_NAME_LENGTH, example: 'petstore' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_NAME_LENGTH)
  apigwServiceName!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_DESCRIPTION_LENGTH,
    example: 'Pets for the shop',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  apigwServiceDescription?: string | null;
}

/** Body of a service's creation. */
export class CreateServiceRequest extends ModifyServiceRequest {
  @ApiProperty({ example: 'KR1' })
  @IsString()
  @IsNotEmpty()
  regionCode!: string;
}

/** A service in answers. */
export class ServiceAnswer {
  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6', description: 'The service id, as it stands in host names.' })
  apigwServiceAlias!: string;

  @ApiProperty({ example: 'petstore' })
  apigwServiceName!: string;

  @ApiProperty({ example: 'Pets for the shop' })
  apigwServiceDescription!: string;

  @ApiProperty({ example: 'api.localhost', description: 'Domain under which the host names of its stages stand.' })
  apigwDomain!: string;

  @ApiProperty({ example: 'my-app-key' })
  appKey!: string;

  @ApiProperty({ example: 'KR1' })
  regionCode!: string;

  @ApiProperty({ example: 'p1o2i3u4y5t6r7e8w9q0' })
  serverGroupId!: string;

  @ApiProperty({ type: 'null', example: null, description: 'Always null: there are no dedicated gateways.' })
  dedicatedId!: null;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  updatedAt!: Date;

  @ApiProperty({ example: 'SHARED' })
  apigwServiceTypeCode!: string;
}

/** Answer with one service. */
export class OneServiceAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  apigwService!: ServiceAnswer;
}

/** Answer with a page of services. */
export class ServiceListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [ServiceAnswer] })
  apigwServiceList!: ServiceAnswer[];
}
