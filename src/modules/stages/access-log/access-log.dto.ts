import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { PlainAnswer } from '../../../http/index.js';

/** Body of a change of the access log's setting. */
export class ModifyAccessLogRequest {
  @ApiProperty({ example: true, description: 'Whether the gateways write a line for every request of the stage.' })
  @IsBoolean()
  isAccessLogOn!: boolean;
}

/** The access log's setting. */
export class AccessLogAnswer extends PlainAnswer {
  @ApiProperty({ example: true, description: 'As it is set; the gateways follow the last deployment.' })
  isAccessLogOn!: boolean;
}
