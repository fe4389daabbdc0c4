import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import {
  httpMethods,
  type HttpMethod,
  resourcePluginTypes,
  type ResourcePluginType,
} from '../../contract/plugins/index.js';
import { FreeJson } from '../../http/index.js';

/** Entries of a list in a request; the contract names no limit. */
export const MAX_LIST_ENTRIES = 1000;
const MAX_METHOD_NAME_LENGTH = 50;
const MAX_METHOD_DESCRIPTION_LENGTH = 200;
/** Refused before the rules of paths are asked, which give the real limit (255). */
const MAX_PATH_TEXT_LENGTH = 10_000;

const pathPlugin = { pluginType: 'SET_REQUEST_HEADER', pluginConfigJson: { headers: { 'X-Shop': 'pets' } } };
const httpSetting = { frontendEndpointPath: '/pets', backendEndpointPath: '/v1/pets' };

/** A plugin of a new resource. */
export class PluginRequest {
  @ApiProperty({ enum: resourcePluginTypes, example: 'HTTP' })
  @IsIn(resourcePluginTypes)
  pluginType!: ResourcePluginType;

  @ApiProperty({ type: Object, example: httpSetting, description: 'The setting of the plugin, by its type.' })
  @FreeJson()
  @IsObject()
  pluginConfigJson!: object;
}

/** A change of a method's plugin. */
export class PluginChangeRequest {
  @ApiProperty({ enum: resourcePluginTypes, example: 'HTTP' })
  @IsIn(resourcePluginTypes)
  pluginType!: ResourcePluginType;

  @ApiPropertyOptional({ type: Object, example: httpSetting, description: 'Needed unless delete is true.' })
  @FreeJson()
  @ValidateIf((change: PluginChangeRequest) => change.delete !== true)
  @IsObject()
  pluginConfigJson?: object;

  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    default: false,
    example: false,
    description: 'Takes the plugin of this type away.',
  })
  @IsOptional()
  @IsBoolean()
  delete?: boolean | null;
}

/** A change of a path's plugin. */
export class PathPluginChangeRequest extends PluginChangeRequest {
  @ApiPropertyOptional({
    type: Boolean,
    nullable: true,
    default: false,
    example: false,
    description: 'Does the same to all paths and methods below.',
  })
  @IsOptional()
  @IsBoolean()
  applyChildPath?: boolean | null;
}

/** A new method. */
export class MethodRequest {
  @ApiProperty({ enum: httpMethods, example: 'GET' })
  @IsIn(httpMethods)
  methodType!: HttpMethod;

  @ApiProperty({ minLength: 1, maxLength: MAX_METHOD_NAME_LENGTH, example: 'ListPets' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_METHOD_NAME_LENGTH)
  methodName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_METHOD_DESCRIPTION_LENGTH, example: 'All pets' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_METHOD_DESCRIPTION_LENGTH)
  methodDescription?: string | null;

  @ApiProperty({
    type: [PluginRequest],
    minItems: 1,
    maxItems: MAX_LIST_ENTRIES,
    description: 'Exactly one of HTTP and MOCK, and any others but CORS.',
  })
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => PluginRequest)
  methodPluginList!: PluginRequest[];
}

/** A new path. */
export class PathRequest {
  @ApiProperty({ maxLength: 255, example: '/pets' })
  @IsString()
  @MaxLength(MAX_PATH_TEXT_LENGTH)
  path!: string;

  @ApiPropertyOptional({
    type: [PluginRequest],
    nullable: true,
    maxItems: MAX_LIST_ENTRIES,
    example: [pathPlugin],
    description: 'Copied to the methods under the path, except CORS.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => PluginRequest)
  pathPluginList?: PluginRequest[] | null;

  @ApiPropertyOptional({ type: [MethodRequest], nullable: true, maxItems: MAX_LIST_ENTRIES })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => MethodRequest)
  methodList?: MethodRequest[] | null;
}

/** Body of the creation of paths and methods. */
export class CreatePathsRequest {
  @ApiProperty({ type: [PathRequest], minItems: 1, maxItems: MAX_LIST_ENTRIES })
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => PathRequest)
  resourcePathList!: PathRequest[];
}

/** Body of the creation of methods under a path. */
export class CreateMethodsRequest {
  @ApiProperty({ type: [MethodRequest], minItems: 1, maxItems: MAX_LIST_ENTRIES })
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => MethodRequest)
  methodList!: MethodRequest[];
}

/** Body of the change of a path's plugins. */
export class ModifyPathRequest {
  @ApiPropertyOptional({
    type: [PathPluginChangeRequest],
    nullable: true,
    maxItems: MAX_LIST_ENTRIES,
    example: [pathPlugin],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => PathPluginChangeRequest)
  pathPluginList?: PathPluginChangeRequest[] | null;
}

/** Body of the change of a method. */
export class ModifyMethodRequest {
  @ApiProperty({ minLength: 1, maxLength: MAX_METHOD_NAME_LENGTH, example: 'ListPets' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_METHOD_NAME_LENGTH)
  methodName!: string;

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: MAX_METHOD_DESCRIPTION_LENGTH, example: 'All pets' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_METHOD_DESCRIPTION_LENGTH)
  methodDescription?: string | null;

  @ApiPropertyOptional({ type: [PluginChangeRequest], nullable: true, maxItems: MAX_LIST_ENTRIES })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_LIST_ENTRIES)
  @ValidateNested({ each: true })
  @Type(() => PluginChangeRequest)
  methodPluginList?: PluginChangeRequest[] | null;
}
