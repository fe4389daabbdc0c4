import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { HeaderAnswer } from '../../http/index.js';

/** An error of the catalogue. */
export class ErrorCodeAnswer {
  @ApiProperty({ type: 'integer', example: 404101000 })
  resultCode!: number;

  @ApiProperty({ example: 'Not found api gateway service', description: 'As it stands in answers, in any language.' })
  resultMessage!: string;

  @ApiProperty({ example: 'Not found api gateway service', description: 'In the language of the answer.' })
  description!: string;

  @ApiProperty({ type: 'integer', example: 404 })
  httpStatus!: number;

  @ApiPropertyOptional({
    example: 'The project has no service with this id.',
    description: 'What brings it about. In English answers alone.',
  })
  cause?: string;

  @ApiPropertyOptional({
    example: 'Take the id from GET …/services of the same appKey. A deleted service may be in the recycle bin.',
    description: 'What can be done about it. In English answers alone.',
  })
  cure?: string;
}

/** Answer with the whole catalogue. */
export class ErrorCodeListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [ErrorCodeAnswer] })
  errorCodeList!: ErrorCodeAnswer[];
}
