import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { WholeNumber } from '../../../http/index.js';

const MAX_WAIT_MS = 60_000;
const STANDARD_WAIT_MS = 30_000;
const waits = ['converged'] as const;
const switches = ['true', 'false'] as const;
const gatewayStatuses = ['SERVING', 'REFUSED', 'PENDING'] as const;

/** Query of a deployment. */
export class DeployQuery {
  @ApiPropertyOptional({
    enum: waits,
    description: 'converged: answer when every live gateway serves the deployment, or it has failed.',
  })
  @IsOptional()
  @IsIn(waits)
  wait?: (typeof waits)[number];

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: MAX_WAIT_MS,
    default: STANDARD_WAIT_MS,
    description: 'How long to wait at most, in milliseconds. The deployment goes on after that.',
  })
  @IsOptional()
  @WholeNumber()
  @IsInt()
  @Min(1)
  @Max(MAX_WAIT_MS)
  timeoutMs: number = STANDARD_WAIT_MS;

  @ApiPropertyOptional({
    enum: switches,
    default: 'false',
    description: 'Deploys nothing, and answers a plan: what a deployment would do. Goes without wait and planId.',
  })
  @IsOptional()
  @IsIn(switches)
  dryRun?: (typeof switches)[number];
}

/** What a gateway has made of a deployment. */
export class GatewayReceiptAnswer {
  @ApiProperty({ example: 'g1a2t3e4w5a6y7i8d9x0' })
  gatewayId!: string;

  @ApiProperty({ enum: gatewayStatuses, example: 'SERVING' })
  gatewayStatus!: (typeof gatewayStatuses)[number];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it refused.' })
  reason!: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 41,
    description: 'Milliseconds from the begin of the deployment to its word; null without one.',
  })
  afterMs!: number | null;
}

/** Who serves a deployment. */
export class DeploymentReceiptAnswer {
  @ApiProperty({ example: true, description: 'Whether every live gateway of the region serves it.' })
  isConverged!: boolean;

  @ApiProperty({ example: '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae' })
  snapshotHash!: string;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why the deployment ended as FAILURE.' })
  failureReason!: string | null;

  @ApiProperty({ type: [GatewayReceiptAnswer] })
  gatewayList!: GatewayReceiptAnswer[];
}
