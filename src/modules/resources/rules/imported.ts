import {
  mapParameters,
  mapResponses,
  type MethodResponses,
  type RequestParameters,
} from '../../../contract/parameters.js';
import { newId } from '../../../kernel/ids.js';
import type { ImportPlan, PlannedBody, PlannedMethod, PlannedModel, PlannedPlugin } from '../import/import-plan.js';
import type { ResourceNode } from './resource-tree.js';

/** A body as it is stored: with the id of its model. */
export interface StoredBody {
  readonly name: string;
  readonly description: string | null;
  readonly modelId: string;
}

/** Request parameters of a method as they are stored. */
export type StoredParameters = RequestParameters<StoredBody>;
/** Responses of a method as they are stored. */
export type StoredResponses = MethodResponses<StoredBody>;

/** A resource of an import; parameters and responses are null for paths and for methods that CORS made. */
export interface ImportedResource extends ResourceNode {
  readonly parameters: StoredParameters | null;
  readonly responses: StoredResponses | null;
}

/** All that an import stores, under ids made here. */
export interface ImportedRows {
  readonly models: readonly (PlannedModel & { readonly id: string })[];
  readonly resources: readonly ImportedResource[];
  readonly references: readonly { readonly resourceId: string; readonly modelId: string }[];
}

/** Gives the parts of a plan their ids and puts ids of models in the place of their names. */
export function toRows(plan: ImportPlan): ImportedRows {
  const models = plan.models.map((model) => ({ ...model, id: newId() }));
  const modelIds = new Map(models.map(({ name, id }) => [name, id]));
  const paths = plan.paths.map(({ path, plugins }) => ({
    id: newId(),
    path,
    method: null,
    plugins: toSettings(plugins),
    parameters: null,
    responses: null,
  }));
  const methods = plan.methods.map((method) => toMethod(method, modelIds));
  const references = methods.flatMap(({ id: resourceId, parameters, responses }) => {
    const bodies = [
      parameters?.requestBody,
      ...(responses?.responseList ?? []).map(({ responseBody }) => responseBody),
    ];
    const used = new Set(bodies.flatMap((body) => (body ? [body.modelId] : [])));
    return [...used].map((modelId) => ({ resourceId, modelId }));
  });
  return { models, resources: [...paths, ...methods], references };
}

function toMethod(method: PlannedMethod, modelIds: ReadonlyMap<string, string>): ImportedResource {
  const { path, methodType: type, methodName: name, methodDescription: description, madeByCors, plugins } = method;
  const { parameters, responses } = method;
  const toStored = (body: PlannedBody) => toBody(body, modelIds);
  return {
    id: newId(),
    path,
    method: { type, name, description, madeByCors },
    plugins: toSettings(plugins),
    parameters: madeByCors ? null : mapParameters(parameters, toStored),
    responses: madeByCors ? null : mapResponses(responses, toStored),
  };
}

function toBody({ modelName, ...rest }: PlannedBody, modelIds: ReadonlyMap<string, string>): StoredBody {
  const modelId = modelIds.get(modelName);
  if (modelId === undefined) throw new Error(`The plan has no model ${modelName}`);
  return { ...rest, modelId };
}

function toSettings(plugins: readonly PlannedPlugin[]): ResourceNode['plugins'] {
  return new Map(plugins.map(({ pluginType, config }) => [pluginType, config]));
}
