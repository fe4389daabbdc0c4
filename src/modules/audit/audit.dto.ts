import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { HeaderAnswer, Instant, PageQuery, PagingAnswer } from '../../http/index.js';

const MAX_FILTER_LENGTH = 100;
const ID_EXAMPLE = 'k3v9x0q2m7b1c5d8e4f6';
const DATE_EXAMPLE = '2026-11-28T06:00:00.000Z';

function Filter(description: string, example: string): PropertyDecorator {
  return applyDecorators(
    ApiPropertyOptional({ description, example, maxLength: MAX_FILTER_LENGTH }),
    IsOptional(),
    IsString(),
    IsNotEmpty(),
    MaxLength(MAX_FILTER_LENGTH),
  );
}

/** Query of the list of a project's changes. */
export class AuditQuery extends PageQuery {
  @Filter('Only changes by this operation.', 'modifyService')
  operation?: string;

  @Filter('Only changes of the object with this id.', ID_EXAMPLE)
  objectId?: string;

  @Filter('Only changes in this service.', ID_EXAMPLE)
  apigwServiceId?: string;

  @Filter('Only changes by this user.', ID_EXAMPLE)
  userId?: string;

  @Filter('Only the change that was answered with this X-Request-Id.', ID_EXAMPLE)
  requestId?: string;

  @Instant('Only changes from then on.', 1, { isOptional: true })
  startTime?: Date;

  @Instant('Only changes before then.', 0, { isOptional: true })
  endTime?: Date;
}

/** Query of the list of the installation's changes. */
export class InstallationAuditQuery extends AuditQuery {
  @Filter('Only changes in this project.', ID_EXAMPLE)
  projectId?: string;
}

/** Who has made a change. */
export class AuditActorAnswer {
  @ApiProperty({ type: String, nullable: true, example: ID_EXAMPLE, description: 'null on v1.0, which has no users.' })
  userId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: ID_EXAMPLE })
  accessKeyId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '1f3870be274f',
    description: 'Names the token; opens nothing.',
  })
  tokenId!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: ID_EXAMPLE,
    description: 'The appKey that was shown, by its id.',
  })
  appKeyId!: string | null;

  @ApiProperty({ example: '10.0.0.7' })
  address!: string;
}

/** A change in answers. */
export class AuditRecordAnswer {
  @ApiProperty({ example: ID_EXAMPLE })
  auditRecordId!: string;

  @ApiProperty({ type: String, nullable: true, example: ID_EXAMPLE })
  projectId!: string | null;

  @ApiProperty({ example: DATE_EXAMPLE })
  createdAt!: Date;

  @ApiProperty({ example: ID_EXAMPLE })
  requestId!: string;

  @ApiProperty({ type: AuditActorAnswer })
  actor!: AuditActorAnswer;

  @ApiProperty({ example: 'modifyService' })
  operation!: string;

  @ApiProperty({ example: `services/${ID_EXAMPLE}`, description: 'Path of the call below its version and appKey.' })
  objectPath!: string;

  @ApiProperty({ type: String, nullable: true, example: ID_EXAMPLE })
  objectId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: ID_EXAMPLE })
  apigwServiceId!: string | null;

  @ApiProperty({
    type: Object,
    nullable: true,
    example: { apigwService: { apigwServiceName: 'pets' } },
    description: 'What differs, as it was; null when there was nothing. Secrets are left out.',
  })
  before!: unknown;

  @ApiProperty({
    type: Object,
    nullable: true,
    example: { apigwService: { apigwServiceName: 'petstore' } },
    description: 'What differs, as it became; null when nothing is left. Secrets are left out.',
  })
  after!: unknown;
}

/** Answer with one change. */
export class OneAuditRecordAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  auditRecord!: AuditRecordAnswer;
}

/** Answer with a page of changes. */
export class AuditRecordListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [AuditRecordAnswer] })
  auditRecordList!: AuditRecordAnswer[];
}
