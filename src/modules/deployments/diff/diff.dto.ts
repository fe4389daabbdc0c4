import { ApiProperty } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { httpMethods } from '../../../contract/plugins/index.js';
import { HeaderAnswer } from '../../../http/index.js';
import type { ChangeType } from './compare.js';

const MAX_ID_LENGTH = 100;
const changeTypes: ChangeType[] = ['ADDED', 'REMOVED', 'CHANGED'];
const anyJson = {
  oneOf: ['object', 'string', 'boolean', 'integer', 'null'].map((type) => ({ type })),
};

/** Query of the comparison of two deployments. */
export class CompareDeploymentsQuery {
  @ApiProperty({ maxLength: MAX_ID_LENGTH, example: 'd2e3p4l5o6y7i8d9x0a1', description: 'The other deployment.' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_ID_LENGTH)
  with!: string;
}

/** A deployment that a comparison speaks of. */
export class ComparedDeploymentAnswer {
  @ApiProperty({ example: 'd1e2p3l4o5y6i7d8x9a0' })
  deployId!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  deployedAt!: Date;
}

/** A difference between two states of a stage. */
export class ChangeAnswer {
  @ApiProperty({ type: String, nullable: true, example: '/pets', description: 'null: concerns the whole stage.' })
  path!: string | null;

  @ApiProperty({
    type: String,
    enum: [...httpMethods, null],
    nullable: true,
    example: 'GET',
    description: 'null: a path, or the whole stage.',
  })
  methodType!: string | null;

  @ApiProperty({
    example: 'methodName',
    description:
      'RESOURCE for a whole resource; else what differs: backendEndpointUrl, snapshotFormatVersion (gateways get the ' +
      'stage in another form), methodName, methodDescription, madeByCors, customBackendEndpointUrl, plugin:TYPE, ' +
      'parameters, responses, model:NAME, gatewayResponse:TYPE.',
  })
  item!: string;

  @ApiProperty({ enum: changeTypes, example: 'CHANGED' })
  changeType!: ChangeType;

  @ApiProperty({ ...anyJson, example: 'List pets', description: 'null when it was not there. Secrets are masked.' })
  before!: unknown;

  @ApiProperty({ ...anyJson, example: 'List all pets', description: 'A secret that changed says so behind its mask.' })
  after!: unknown;
}

/** A comparison in answers. */
export class DiffAnswer {
  @ApiProperty({
    type: ComparedDeploymentAnswer,
    nullable: true,
    example: { deployId: 'd1e2p3l4o5y6i7d8x9a0', deployedAt: '2026-11-21T06:00:00.000Z' },
    description: 'null: nothing is live.',
  })
  from!: ComparedDeploymentAnswer | null;

  @ApiProperty({
    type: ComparedDeploymentAnswer,
    nullable: true,
    example: null,
    description: 'null: the stage as it is set now.',
  })
  to!: ComparedDeploymentAnswer | null;

  @ApiProperty({ example: true })
  isDifferent!: boolean;

  @ApiProperty({
    type: [ChangeAnswer],
    description: 'In a stable order: the stage, its resources, then gateway responses and models.',
  })
  changeList!: ChangeAnswer[];
}

/** Answer with a comparison. */
export class ComparisonAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  diff!: DiffAnswer;
}
