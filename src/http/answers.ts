import { ApiProperty } from '@nestjs/swagger';

/** The head of every answer. */
export class HeaderAnswer {
  @ApiProperty({ example: true })
  isSuccessful!: boolean;

  @ApiProperty({ type: 'integer', example: 0, description: 'Code of the error catalogue; 0 is success.' })
  resultCode!: number;

  @ApiProperty({ example: 'SUCCESS' })
  resultMessage!: string;
}

/** An answer that says only that the call went well. */
export class PlainAnswer {
  @ApiProperty()
  header!: HeaderAnswer;
}

/** Where a page stands in its list. */
export class PagingAnswer {
  @ApiProperty({ type: 'integer', example: 10 })
  limit!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  page!: number;

  @ApiProperty({ type: 'integer', example: 1, description: 'Entries of the whole list.' })
  totalCount!: number;
}

/** One fault of a failed call. */
export class ErrorListAnswer {
  @ApiProperty({ type: 'integer', example: 400100001 })
  resultCode!: number;

  @ApiProperty({ example: 'body', description: 'What was read: body, query, swaggerData, …' })
  errorProperty!: string;

  @ApiProperty({ example: 'apigwServiceName', description: 'Field path or JSON pointer of the fault.' })
  errorField!: string;

  @ApiProperty({ example: 'should not be empty' })
  errorMessage!: string;
}

/** The answer of a call that failed. */
export class FailureAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [ErrorListAnswer], required: false })
  errorList?: ErrorListAnswer[];

  @ApiProperty({ required: false, example: 'invalid_client', description: 'RFC 6749; of the token endpoints alone.' })
  error?: string;
}
