import * as z from 'zod';
import {
  formDataTypes,
  type MethodResponses,
  parameterDataTypes,
  type RequestParameters,
} from '../../contract/parameters.js';
import { resourceKey } from '../../contract/paths.js';
import { httpMethod } from '../../contract/plugins/shared.js';
import { AppError } from '../../errors/index.js';
import { contentHash } from '../../kernel/canonical-json.js';
import { compareResources } from '../resources/index.js';
import {
  type MethodDescription,
  modelNamesOf,
  type NamedDescription,
  nameModels,
  type StageResourceSettings,
} from '../stages/index.js';

const field = { name: z.string(), description: z.string().nullable() };
const header = z.strictObject({ ...field, dataType: z.enum(parameterDataTypes) });
const parameter = z.strictObject({ ...header.shape, required: z.boolean() });
const body = z.strictObject({ ...field, modelId: z.string() });

const parametersSchema = z.strictObject({
  queryStringList: z.array(z.strictObject({ ...parameter.shape, isArray: z.boolean() })),
  headerList: z.array(parameter),
  formDataList: z.array(z.strictObject({ ...parameter.shape, dataType: z.enum(formDataTypes), isArray: z.boolean() })),
  requestBody: body.nullable(),
  contentTypeList: z.array(z.string()),
});

const responsesSchema = z.strictObject({
  responseList: z.array(
    z.strictObject({
      responseStatusCode: z.int().min(100).max(599),
      description: z.string().nullable(),
      headerList: z.array(header),
      responseBody: body.nullable(),
    }),
  ),
  contentTypeList: z.array(z.string()),
});

/** What the API document of a deployment says besides its settings; bodies name models by their id among `models`. */
export const documentationSchema = z.strictObject({
  methods: z.array(
    z.strictObject({
      path: z.string(),
      methodType: httpMethod,
      parameters: parametersSchema.nullable(),
      responses: responsesSchema.nullable(),
    }),
  ),
  models: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      description: z.string(),
      schema: z.record(z.string(), z.unknown()),
    }),
  ),
});

/** Documentation as checked. */
export type Documentation = z.output<typeof documentationSchema>;

/** What a document says of a method, bodies by the names of their models; null where it says nothing. */
export interface DescribedMethod extends NamedDescription {
  readonly path: string;
  readonly methodType: string;
}

/**
 * What a service says of the methods that a stage has, and its models.
 * @throws AppError SNAPSHOT_NOT_SERIALIZABLE when it is not stored in the form that deployments keep.
 */
export function documentationOf(
  resources: readonly StageResourceSettings[],
  descriptions: readonly MethodDescription[],
  models: readonly object[],
): Documentation {
  const staged = new Set(resources.map(resourceKey));
  const methods = descriptions
    .filter((one) => staged.has(resourceKey(one)) && (says(one.parameters) || says(one.responses)))
    .toSorted(compareResources);
  const parsed = documentationSchema.safeParse({ methods, models });
  if (parsed.success) return parsed.data;
  throw new AppError('SNAPSHOT_NOT_SERIALIZABLE', [], { cause: parsed.error });
}

/** What documentation says, without ids and without what says nothing: equal documents have equal descriptions. */
export function describedMethods({ methods, models }: Documentation): DescribedMethod[] {
  const modelNames = modelNamesOf(models);
  return methods.flatMap(({ path, methodType, ...description }) => {
    const { parameters, responses } = nameModels(description, modelNames);
    const said = { parameters: says(parameters) ? parameters : null, responses: says(responses) ? responses : null };
    return said.parameters || said.responses ? [{ path, methodType, ...said }] : [];
  });
}

/** Hash of what documentation says, without ids: it stays when models are imported again. */
export function documentationHash(documentation: Documentation): string {
  const models = documentation.models.map(({ name, description, schema }) => [name, description, schema] as const);
  const methods = describedMethods(documentation).toSorted(compareResources);
  return contentHash({ methods, models: models.toSorted(([a], [b]) => (a < b ? -1 : 1)) });
}

function says(description: RequestParameters<unknown> | MethodResponses<unknown> | null): boolean {
  if (description === null) return false;
  return Object.values(description).some((part) => (Array.isArray(part) ? part.length > 0 : part !== null));
}
