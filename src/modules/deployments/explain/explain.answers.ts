import { ApiProperty } from '@nestjs/swagger';
import { httpMethods } from '../../../contract/plugins/index.js';
import { HeaderAnswer } from '../../../http/index.js';
import { explainedSources } from './explain.dto.js';

const outcomes = ['BACKEND', 'MOCK', 'PREFLIGHT', 'FAILURE'] as const;
const phases = ['CHECK', 'REQUEST', 'BACKEND', 'RESPONSE'] as const;
const results = ['PASSED', 'REFUSED', 'ASSUMED', 'APPLIED', 'LATER', 'SKIPPED'] as const;

/** A header in explanations. */
export class ExplainedHeaderAnswer {
  @ApiProperty({ example: 'Content-Type' })
  name!: string;

  @ApiProperty({ example: 'application/json' })
  value!: string;
}

/** The route that serves a request. */
export class ExplainedRouteAnswer {
  @ApiProperty({ example: '/pets/{petId}' })
  path!: string;

  @ApiProperty({ enum: httpMethods, example: 'GET' })
  methodType!: string;

  @ApiProperty({ type: Object, example: { petId: '1' }, description: 'Values of the path variables, decoded.' })
  pathVariables!: object;
}

/** Where a setting stands. */
export class ExplainedOriginAnswer {
  @ApiProperty({ example: '/' })
  path!: string;

  @ApiProperty({
    type: String,
    enum: [...httpMethods, null],
    nullable: true,
    example: null,
    description: 'null: it stands on the path.',
  })
  methodType!: string | null;
}

/** A plugin that a request meets. */
export class ExplainedPluginAnswer {
  @ApiProperty({ example: 'API_KEY' })
  pluginType!: string;

  @ApiProperty({ description: 'The resource that the setting stands on.' })
  origin!: ExplainedOriginAnswer;

  @ApiProperty({ enum: phases, example: 'CHECK' })
  phase!: (typeof phases)[number];

  @ApiProperty({
    enum: results,
    example: 'PASSED',
    description:
      'ASSUMED: it would call somebody (PRE_API, a JWKS URI), and is taken to let the request on. LATER: changes the ' +
      'answer of the backend. SKIPPED: the request does not come so far.',
  })
  result!: (typeof results)[number];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: null,
    description: 'Limit that holds for this request; null: none. It is taken to be unused in the second that runs.',
  })
  requestsPerSecond!: number | null;
}

/** What is left of the quota that counts for a request. */
export class ExplainedQuotaAnswer {
  @ApiProperty({ type: 'integer', example: 1000 })
  limit!: number;

  @ApiProperty({ type: 'integer', example: 120, description: 'As the gateways have reported.' })
  used!: number;

  @ApiProperty({ type: 'integer', example: 880, description: 'Before this request.' })
  left!: number;

  @ApiProperty({ example: '2026-11-22T00:00:00.000Z' })
  periodEndsAt!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-21T06:00:00.000Z',
    description: 'When a gateway last reported; null: none has in this period.',
  })
  reportedAt!: Date | null;
}

/** A request as a backend would get it. */
export class ExplainedBackendAnswer {
  @ApiProperty({ example: 'https://pets.example.com/v2/pets/1?fields=name' })
  url!: string;

  @ApiProperty({ enum: httpMethods, example: 'GET' })
  methodType!: string;

  @ApiProperty({ type: [ExplainedHeaderAnswer] })
  headerList!: ExplainedHeaderAnswer[];
}

/** An answer that the gateway would give by itself. */
export class ExplainedResponseAnswer {
  @ApiProperty({ type: 'integer', example: 403 })
  httpStatusCode!: number;

  @ApiProperty({ type: [ExplainedHeaderAnswer] })
  headerList!: ExplainedHeaderAnswer[];

  @ApiProperty({
    example: '{"header":{"isSuccessful":false,"resultCode":4031012,"resultMessage":"Request api key is invalid."}}',
  })
  body!: string;
}

/** The failure that a request would meet. */
export class ExplainedFailureAnswer {
  @ApiProperty({ type: 'integer', example: 4031012 })
  resultCode!: number;

  @ApiProperty({ example: 'x' })
  resultMessage!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Forbidden',
    description: 'Type of the gateway response that answers it; null: none can be redefined for it.',
  })
  gatewayResponseType!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'No API key of the project has this value.' })
  hint!: string | null;
}

/** What would become of a request. */
export class ExplanationAnswer {
  @ApiProperty({ example: 'GET /pets/{petId} goes to https://pets.example.com/v2/pets/1?fields=name.' })
  summary!: string;

  @ApiProperty({ enum: outcomes, example: 'BACKEND' })
  outcome!: (typeof outcomes)[number];

  @ApiProperty({ example: true, description: 'Whether no plugin had to be assumed to let the request on.' })
  isCertain!: boolean;

  @ApiProperty({ enum: explainedSources, example: 'LIVE' })
  source!: (typeof explainedSources)[number];

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'd1e2p3l4o5y6i7d8x9a0',
    description: 'null: DRAFT, or nothing live.',
  })
  deployId!: string | null;

  @ApiProperty({
    type: ExplainedRouteAnswer,
    nullable: true,
    example: { path: '/pets/{petId}', methodType: 'GET', pathVariables: { petId: '1' } },
    description: 'null: no route serves it.',
  })
  route!: ExplainedRouteAnswer | null;

  @ApiProperty({ type: [ExplainedPluginAnswer], description: 'In the order in which the request meets them.' })
  pluginList!: ExplainedPluginAnswer[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Of the key that it is admitted with.' })
  apiKeyId!: string | null;

  @ApiProperty({
    type: ExplainedQuotaAnswer,
    nullable: true,
    example: null,
    description: 'null: no quota counts for it.',
  })
  quota!: ExplainedQuotaAnswer | null;

  @ApiProperty({
    type: ExplainedBackendAnswer,
    nullable: true,
    example: { url: 'https://pets.example.com/v2/pets/1?fields=name', methodType: 'GET', headerList: [] },
    description: 'null: no backend gets it.',
  })
  backend!: ExplainedBackendAnswer | null;

  @ApiProperty({
    type: ExplainedResponseAnswer,
    nullable: true,
    example: null,
    description: 'null: the backend answers.',
  })
  response!: ExplainedResponseAnswer | null;

  @ApiProperty({ type: ExplainedFailureAnswer, nullable: true, example: null, description: 'null: it does not fail.' })
  failure!: ExplainedFailureAnswer | null;
}

/** Answer with an explanation. */
export class ExplainAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  explanation!: ExplanationAnswer;
}
