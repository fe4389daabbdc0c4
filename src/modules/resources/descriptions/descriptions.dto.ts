import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import {
  type FormDataType,
  formDataTypes,
  type ParameterDataType,
  parameterDataTypes,
  parameterLimits,
} from '../../../contract/parameters.js';

const MAX_RESPONSES = 100;

class NamedField {
  @ApiProperty({ maxLength: parameterLimits.nameLength, example: 'limit' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(parameterLimits.nameLength)
  name!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: parameterLimits.descriptionLength,
    example: 'How many',
  })
  @IsOptional()
  @IsString()
  @MaxLength(parameterLimits.descriptionLength)
  description?: string | null;
}

/** A header of a response. */
export class ResponseHeaderRequest extends NamedField {
  @ApiProperty({ enum: parameterDataTypes, example: 'STRING' })
  @IsIn(parameterDataTypes)
  dataType!: ParameterDataType;
}

/** A header of a request. */
export class HeaderParameterRequest extends ResponseHeaderRequest {
  @ApiProperty({ example: false })
  @IsBoolean()
  required!: boolean;
}

/** A query parameter of a request. */
export class QueryParameterRequest extends HeaderParameterRequest {
  @ApiProperty({ example: false })
  @IsBoolean()
  isArray!: boolean;
}

/** A form field of a request. */
export class FormDataRequest extends NamedField {
  @ApiProperty({ enum: formDataTypes, example: 'FILE' })
  @IsIn(formDataTypes)
  dataType!: FormDataType;

  @ApiProperty({ example: true })
  @IsBoolean()
  required!: boolean;

  @ApiProperty({ example: false })
  @IsBoolean()
  isArray!: boolean;
}

/** A body by its model; left empty when there is none. */
export class BodyRequest {
  @ApiPropertyOptional({ type: String, maxLength: parameterLimits.nameLength, nullable: true, example: 'pet' })
  @IsOptional()
  @IsString()
  @MaxLength(parameterLimits.nameLength)
  name?: string | null;

  @ApiPropertyOptional({ type: String, maxLength: parameterLimits.descriptionLength, nullable: true, example: 'A pet' })
  @IsOptional()
  @IsString()
  @MaxLength(parameterLimits.descriptionLength)
  description?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: 'm1o2d3e4l5i6d7e8x9a0' })
  @IsOptional()
  @IsString()
  modelId?: string | null;
}

class ContentTypes {
  @ApiPropertyOptional({ type: [String], maxItems: parameterLimits.contentTypes, example: ['application/json'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(parameterLimits.contentTypes)
  @IsString({ each: true })
  contentTypeList?: string[] | null;
}

/** Body of the creation of a method's request parameters: all that it has afterwards. */
export class CreateParametersRequest extends ContentTypes {
  @ApiPropertyOptional({ type: [QueryParameterRequest], maxItems: parameterLimits.entries })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(parameterLimits.entries)
  @ValidateNested({ each: true })
  @Type(() => QueryParameterRequest)
  queryStringList?: QueryParameterRequest[] | null;

  @ApiPropertyOptional({ type: [HeaderParameterRequest], maxItems: parameterLimits.entries })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(parameterLimits.entries)
  @ValidateNested({ each: true })
  @Type(() => HeaderParameterRequest)
  headerList?: HeaderParameterRequest[] | null;

  @ApiPropertyOptional({
    type: [FormDataRequest],
    maxItems: parameterLimits.entries,
    example: [],
    description: 'Not together with requestBody.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(parameterLimits.entries)
  @ValidateNested({ each: true })
  @Type(() => FormDataRequest)
  formDataList?: FormDataRequest[] | null;

  @ApiPropertyOptional({ type: BodyRequest })
  @IsOptional()
  @ValidateNested()
  @Type(() => BodyRequest)
  requestBody?: BodyRequest | null;
}

/** A response of a method. */
export class ResponseRequest {
  @ApiProperty({ type: 'integer', minimum: 100, maximum: 599, example: 200 })
  @IsInt()
  @Min(100)
  @Max(599)
  responseStatusCode!: number;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: parameterLimits.descriptionLength, example: 'Found' })
  @IsOptional()
  @IsString()
  @MaxLength(parameterLimits.descriptionLength)
  description?: string | null;

  @ApiPropertyOptional({ type: [ResponseHeaderRequest], maxItems: parameterLimits.entries })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(parameterLimits.entries)
  @ValidateNested({ each: true })
  @Type(() => ResponseHeaderRequest)
  headerList?: ResponseHeaderRequest[] | null;

  @ApiPropertyOptional({ type: BodyRequest })
  @IsOptional()
  @ValidateNested()
  @Type(() => BodyRequest)
  responseBody?: BodyRequest | null;
}

/** Body of the creation of a method's responses: all that it has afterwards. */
export class CreateResponsesRequest extends ContentTypes {
  @ApiPropertyOptional({ type: [ResponseRequest], maxItems: MAX_RESPONSES })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_RESPONSES)
  @ValidateNested({ each: true })
  @Type(() => ResponseRequest)
  responseList?: ResponseRequest[] | null;
}
