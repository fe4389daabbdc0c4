import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { FailureAnswer } from './answers.js';
import { type DeclaredError, declaredErrors, failureResponses } from './failure-responses.js';
import type { ErrorKey } from '../errors/index.js';
import { changeErrors, securitySchemes, tokenErrors, writeErrors } from './operation.js';
import { isOfProject, isV1, isV2, v1RouteOf } from './routes.js';

type PathItem = OpenAPIObject['paths'][string];
type OperationObject = NonNullable<PathItem['get']>;
type DescribedOperation = OperationObject & {
  'x-error-codes': DeclaredError[];
  'x-only-reads'?: boolean;
  'x-changes'?: string | null;
};
type Parameter = NonNullable<OperationObject['parameters']>[number];

const METHODS = ['get', 'post', 'put', 'delete'] as const;
const DESCRIPTION =
  'The management API of Gatewright. Every answer has a header; a failure has the code and message of the ' +
  'error catalogue, and an errorList where the input is wrong. v1.0 is opened by the appKey in the path alone; ' +
  'v2.0 has the same operations, and needs a token of /oauth2/token/create besides.';

/** Serves the OpenAPI document at /openapi.json and a page that shows it at /docs, all from this process. It is made when it is asked for. */
export function serveOpenApi(app: INestApplication, version: string, isV1Enabled: boolean): void {
  const document = (): OpenAPIObject => describeVersions(createDocument(app, version), isV1Enabled);
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json', customSiteTitle: 'Gatewright' });
}

function createDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Gatewright management API')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addSecurity(securitySchemes.token, {
      type: 'apiKey',
      in: 'header',
      name: 'X-NHN-Authorization',
      description: '`Bearer` and a token of POST /oauth2/token/create.',
    })
    .addSecurity(securitySchemes.accessKey, {
      type: 'http',
      scheme: 'basic',
      description: 'Id and secret of a user access key.',
    })
    .build();
  return SwaggerModule.createDocument(app, config, { extraModels: [FailureAnswer], autoTagControllers: false });
}

/** Tells the operations of the two versions apart, and leaves v1.0 out where it is turned off. */
function describeVersions(document: OpenAPIObject, isV1Enabled: boolean): OpenAPIObject {
  const entries = Object.entries(document.paths);
  const paths = entries
    .filter(([path]) => isV1Enabled || !isV1(path))
    .map(([path, item]) => [path, describeItem(path, item, document.paths[v1RouteOf(path)])]);
  return { ...document, paths: Object.fromEntries(paths) as OpenAPIObject['paths'] };
}

/** `twin` is what v1.0 has where an item of v2.0 stands. */
function describeItem(path: string, item: PathItem, twin: PathItem | undefined): PathItem {
  const described = METHODS.flatMap((method) => {
    const operation = item[method];
    if (!operation) return [];
    const whole = describeCondition(method, operation as DescribedOperation, item);
    return [[method, isV2(path) ? describeV2(whole, path, twin?.[method] !== undefined) : whole]];
  });
  return { ...item, ...Object.fromEntries(described) } as PathItem;
}

const header = (name: string, description: string, example: string): Parameter => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string', example },
});

const ifNoneMatch = header(
  'If-None-Match',
  'ETag of an answer; when it would be the same one, the answer is 304.',
  '*',
);
const idempotencyKey = header(
  'Idempotency-Key',
  'A name for this call. For 24 hours a repetition gives the first successful answer again and changes nothing.',
  '8e03978e-40d5-43dd-bc93-6894a57f9324',
);
const ifMatch = header('If-Match', 'ETag of what is changed; when it is another by now, the answer is 412.', '*');

/** Adds what requests may say of repetitions and of the state that they know. */
function describeCondition(
  method: (typeof METHODS)[number],
  operation: DescribedOperation,
  item: PathItem,
): OperationObject {
  const { 'x-only-reads': onlyReads = false, 'x-changes': changes } = operation;
  if (method === 'get') return withParameters(operation, [ifNoneMatch]);
  if (onlyReads) return operation;
  const shown = changes === undefined && method !== 'post' ? item.get : changes;
  const isShown = shown !== undefined && shown !== null;
  const parameters = isShown ? [idempotencyKey, ifMatch] : [idempotencyKey];
  return withErrors(withParameters(operation, parameters), isShown ? [...writeErrors, ...changeErrors] : writeErrors);
}

function withParameters(operation: OperationObject, further: readonly Parameter[]): OperationObject {
  return { ...operation, parameters: [...(operation.parameters ?? []), ...further] };
}

function describeV2(operation: OperationObject, path: string, isTwin: boolean): OperationObject {
  const named = isTwin ? { ...operation, operationId: `${operation.operationId ?? ''}V2` } : operation;
  if (!isOfProject(path)) return named;
  return { ...withErrors(named, tokenErrors), security: [{ [securitySchemes.token]: [] }] };
}

/** An operation that can answer with these errors, too. */
function withErrors(operation: OperationObject, further: readonly ErrorKey[]): OperationObject {
  const { 'x-error-codes': declared } = operation as DescribedOperation;
  const keys = [...new Set([...declared.map(({ key }) => key), ...further])];
  const responses = { 200: operation.responses['200'], ...failureResponses(keys) };
  return { ...operation, responses, 'x-error-codes': declaredErrors(keys) } as DescribedOperation;
}
