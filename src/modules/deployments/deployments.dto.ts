import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import type { DeploymentStatus } from '../../database/index.js';
import { HeaderAnswer, PagingAnswer } from '../../http/index.js';
import { StageResourceAnswer } from '../stages/index.js';
import { DeploymentReceiptAnswer } from './convergence/convergence.dto.js';
import { DeploymentPlanAnswer } from './plans/plans.dto.js';

const MAX_DESCRIPTION_LENGTH = 200;
const MAX_ID_LENGTH = 100;
const statuses: DeploymentStatus[] = ['DEPLOYING', 'COMPLETE', 'FAILURE'];

/** Body of a deployment. */
export class DeployStageRequest {
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_DESCRIPTION_LENGTH, example: 'Release 42' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_DESCRIPTION_LENGTH)
  deployDescription?: string | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: MAX_ID_LENGTH,
    example: null,
    description: 'A plan of this stage, made with dryRun=true. Exactly that is deployed, or nothing. null: no plan.',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_ID_LENGTH)
  planId?: string | null;
}

/** A deployment in the history of a stage. */
export class DeploymentAnswer {
  @ApiProperty({ example: 'd1e2p3l4o5y6i7d8x9a0' })
  deployId!: string;

  @ApiProperty({ example: 's1t2a3g4e5i6d7e8x9a0' })
  stageId!: string;

  @ApiProperty({ enum: statuses, example: 'COMPLETE' })
  deployStatus!: DeploymentStatus;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why the deployment ended as FAILURE.' })
  failureReason!: string | null;

  @ApiProperty({ example: 'Release 42' })
  deployDescription!: string;

  @ApiProperty({ example: true, description: 'Whether the settings of the stage came from this deployment.' })
  isBase!: boolean;

  @ApiProperty({ example: true, description: 'Whether the gateways serve this deployment.' })
  isLive!: boolean;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  deployedAt!: Date;

  @ApiProperty({ type: Date, nullable: true, example: '2026-11-21T06:00:00.040Z', description: 'When it ended.' })
  finishedAt!: Date | null;

  @ApiProperty({ type: Date, nullable: true, example: null, description: 'When the stage was last rolled back to it.' })
  rollbackAt!: Date | null;
}

/** The newest deployment of a stage with the settings that it carries. */
export class LatestDeploymentAnswer extends DeploymentAnswer {
  @ApiProperty({ type: [StageResourceAnswer] })
  stageResourceList!: StageResourceAnswer[];
}

/** Answer of a deployment: it runs from now on. With `dryRun=true`: what it would do. */
export class DeployStageAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiPropertyOptional({
    example: 'd1e2p3l4o5y6i7d8x9a0',
    description: 'Id of the new deployment. With `dryRun=true` there is none.',
  })
  deployId?: string;

  @ApiPropertyOptional({ example: 'p1l2a3n4i5d6e7x8a9m0', description: 'The plan that it carries out.' })
  planId?: string;

  @ApiPropertyOptional({ type: DeploymentPlanAnswer, description: 'With `dryRun=true`: the plan.' })
  deploymentPlan?: DeploymentPlanAnswer;

  @ApiPropertyOptional({ enum: statuses, example: 'COMPLETE', description: 'With `wait`: how it stands.' })
  deployStatus?: DeploymentStatus;

  @ApiPropertyOptional({ type: DeploymentReceiptAnswer, description: 'With `wait`: who serves it.' })
  receipt?: DeploymentReceiptAnswer;
}

/** Answer with the newest deployment. */
export class LatestDeploymentResultAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  latestStageDeployResult!: LatestDeploymentAnswer;
}

/** Answer with one deployment. */
export class OneDeploymentAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  stageDeployHistory!: DeploymentAnswer;
}

/** Answer with a page of a stage's history. */
export class DeploymentHistoryAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  paging!: PagingAnswer;

  @ApiProperty({ type: [DeploymentAnswer] })
  stageDeployHistoryList!: DeploymentAnswer[];
}

/** A stage resource in the answer of a rollback, which has a few fields more. */
export class RolledBackResourceAnswer extends StageResourceAnswer {
  @ApiProperty({ example: false })
  resourceMethod!: boolean;

  @ApiProperty({ example: true })
  resourcePath!: boolean;

  @ApiProperty({ example: '/pets' })
  pathKey!: string;

  @ApiProperty({ example: false })
  rootPath!: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  customEndpointUrl!: string | null;
}

/** Answer of a rollback: the settings that the stage has now. */
export class RollbackAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [RolledBackResourceAnswer] })
  stageResourceList!: RolledBackResourceAnswer[];
}
