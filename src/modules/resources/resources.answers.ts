import { ApiProperty } from '@nestjs/swagger';
import { httpMethods, resourcePluginTypes } from '../../contract/plugins/index.js';
import { HeaderAnswer } from '../../http/index.js';

const DATE = '2026-11-21T06:00:00.000Z';

/** A plugin of a resource in answers. */
export class ResourcePluginAnswer {
  @ApiProperty({ example: 'p1l2u3g4i5n6i7d8x9a0' })
  resourcePluginId!: string;

  @ApiProperty({ example: 'r1e2s3o4u5r6c7e8i9d0' })
  resourceId!: string;

  @ApiProperty({ enum: resourcePluginTypes, example: 'HTTP' })
  pluginType!: string;

  @ApiProperty({ type: Object, example: { frontendEndpointPath: '/pets', backendEndpointPath: '/v1/pets' } })
  pluginConfigJson!: object;

  @ApiProperty({ example: DATE })
  createdAt!: Date;

  @ApiProperty({ example: DATE })
  updatedAt!: Date;
}

/** A path or a method in answers. */
export class ResourceAnswer {
  @ApiProperty({ example: 'r1e2s3o4u5r6c7e8i9d0' })
  resourceId!: string;

  @ApiProperty({ example: 'k3v9x0q2m7b1c5d8e4f6' })
  apigwServiceId!: string;

  @ApiProperty({ example: '/pets' })
  path!: string;

  @ApiProperty({ type: String, nullable: true, example: '/', description: 'The path above; of a method its own path.' })
  parentPath!: string | null;

  @ApiProperty({ type: String, enum: httpMethods, nullable: true, example: 'GET', description: 'null for a path.' })
  methodType!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ListPets' })
  methodName!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'All pets' })
  methodDescription!: string | null;

  @ApiProperty({ example: DATE })
  createdAt!: Date;

  @ApiProperty({ example: DATE })
  updatedAt!: Date;

  @ApiProperty({ type: [ResourcePluginAnswer] })
  resourcePluginList!: ResourcePluginAnswer[];
}

/** Answer with resources, ordered by path, each path before its methods. */
export class ResourceListAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: [ResourceAnswer] })
  resourceList!: ResourceAnswer[];
}

/** Answer with one resource. */
export class OneResourceAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  resource!: ResourceAnswer;
}
