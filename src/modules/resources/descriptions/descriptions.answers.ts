import { ApiProperty } from '@nestjs/swagger';
import { formDataTypes, parameterDataTypes } from '../../../contract/parameters.js';
import { HeaderAnswer } from '../../../http/index.js';

class NamedFieldAnswer {
  @ApiProperty({ example: 'limit' })
  name!: string;

  @ApiProperty({ example: 'How many' })
  description!: string;
}

/** A header of a response in answers. */
export class ResponseHeaderAnswer extends NamedFieldAnswer {
  @ApiProperty({ enum: parameterDataTypes, example: 'STRING' })
  dataType!: string;
}

/** A header of a request in answers; it is never a list. */
export class HeaderParameterAnswer extends ResponseHeaderAnswer {
  @ApiProperty({ example: false })
  required!: boolean;

  @ApiProperty({ type: 'null', example: null })
  isArray!: null;
}

/** A query parameter in answers. */
export class QueryParameterAnswer extends ResponseHeaderAnswer {
  @ApiProperty({ example: false })
  required!: boolean;

  @ApiProperty({ example: false })
  isArray!: boolean;
}

/** A form field in answers. */
export class FormDataAnswer extends NamedFieldAnswer {
  @ApiProperty({ enum: formDataTypes, example: 'FILE' })
  dataType!: string;

  @ApiProperty({ example: true })
  required!: boolean;

  @ApiProperty({ example: false })
  isArray!: boolean;
}

/** A body in answers; every field null when there is none. */
export class BodyAnswer {
  @ApiProperty({ type: String, nullable: true, example: 'pet' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'A pet' })
  description!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'm1o2d3e4l5i6d7e8x9a0' })
  modelId!: string | null;
}

/** Answer with the request parameters of a method. */
export class ParametersAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [QueryParameterAnswer] })
  queryStringList!: QueryParameterAnswer[];

  @ApiProperty({ type: [HeaderParameterAnswer] })
  headerList!: HeaderParameterAnswer[];

  @ApiProperty({ type: [FormDataAnswer] })
  formDataList!: FormDataAnswer[];

  @ApiProperty()
  requestBody!: BodyAnswer;

  @ApiProperty({ type: [String], example: ['application/json'] })
  contentTypeList!: string[];
}

/** A response of a method in answers. */
export class ResponseAnswer {
  @ApiProperty({ type: 'integer', example: 200 })
  responseStatusCode!: number;

  @ApiProperty({ example: 'Found' })
  description!: string;

  @ApiProperty({ type: [ResponseHeaderAnswer] })
  headerList!: ResponseHeaderAnswer[];

  @ApiProperty()
  responseBody!: BodyAnswer;
}

/** Answer with the responses of a method. */
export class ResponsesAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [ResponseAnswer] })
  responseList!: ResponseAnswer[];

  @ApiProperty({ type: [String], example: ['application/json'] })
  contentTypeList!: string[];
}
